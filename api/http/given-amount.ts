// An amount that somebody names for their own money: more than nothing, and refused by a code of its own where it is finer than a cent.

import { z } from 'zod';

import { MOST_MINOR_UNITS, toAmount, toMinorUnits } from '../../pipeline/platform/money.js';
import { ApiError } from '../errors.js';

/** In a request: a JSON number above 0; `toUnits` makes whole minor units of it. */
export const GivenAmount = z
  .number()
  .positive()
  .max(toAmount(MOST_MINOR_UNITS))
  .meta({ description: 'An amount with at most two decimals: 35.00' });

/** @throws ApiError TOO_MANY_DECIMALS */
export function toUnits(field: string, amount: number): number {
  try {
    return toMinorUnits(amount);
  } catch (cause) {
    throw new ApiError(422, 'TOO_MANY_DECIMALS', 'Amounts have at most two decimals.', {
      cause,
      details: [{ field, message: 'must be an amount with at most two decimals' }],
    });
  }
}

/** @throws ApiError WRONG_CURRENCY */
export function refuseOtherCurrency(given: string, currency: string): void {
  if (given === currency) return;
  throw new ApiError(422, 'WRONG_CURRENCY', `Amounts here are in ${currency}.`, {
    details: [{ field: 'currency', message: `must be ${currency}`, currency }],
  });
}
