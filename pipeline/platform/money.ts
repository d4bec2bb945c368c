// Money: whole minor units inside, at most two decimals at the edge and in the tables.

/** 99,999,999.99, the most that a DECIMAL(10,2) holds. */
export const MOST_MINOR_UNITS = 9_999_999_999;

/**
 * `35`, `35.5`, `'35.50'` → 3550.
 * @throws RangeError where it is no amount, has more than two decimals or does not fit the tables
 */
export function toMinorUnits(amount: number | string): number {
  const match = AMOUNT.exec(typeof amount === 'number' ? numberText(amount) : amount);
  if (!match) throw new RangeError(`Not an amount of at most two decimals: ${amount}`);
  const [, sign = '', whole = '', fraction = ''] = match;
  const units = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  if (units > MOST_MINOR_UNITS) throw new RangeError(`Too large an amount: ${amount}`);
  return sign && units > 0 ? -units : units;
}

/** 3550 → 35.5, the JSON number at the edge. */
export const toAmount = (units: number): number => Number(toDecimalText(units));

/** 3550 → '35.50', what a DECIMAL column takes. */
export function toDecimalText(units: number): string {
  if (!Number.isSafeInteger(units)) throw new RangeError(`Not whole minor units: ${units}`);
  const digits = Math.abs(units).toString().padStart(3, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const AMOUNT = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/;

/** Shortest text that reads back as the same number; exponents are no amounts. */
const numberText = (amount: number): string => String(amount);
