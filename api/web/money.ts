// Amounts of money as people read them.

/** @param amount in whole units of the currency, as the API tells it */
export const toMoney = (amount: number, currency: string): string =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
