/** Minor units: the price and 1 % of it, rounded up to a cent, or the auction's own increment if that is more. */
export const minimumNextBid = (price: number, increment: number): number =>
  price + Math.max(increment, Math.ceil(price / 100));
