// The value types every endpoint speaks on the wire. Those named Reply… turn a domain value into its wire form.

import { z } from 'zod';

import { fromPublicId, type IdPrefix, toPublicId } from '../../pipeline/platform/ids.js';
import { MOST_MINOR_UNITS, toAmount, toMinorUnits } from '../../pipeline/platform/money.js';

const TYPE_ID = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** In a request: a prefixed id on the wire, a uuid inside. */
export const PublicId = (kind: IdPrefix) =>
  z
    .string()
    .regex(new RegExp(`^${kind}_${TYPE_ID}$`), `must be an id that starts with ${kind}_`)
    .transform((text, context) => {
      const id = fromPublicId(kind, text);
      if (id === null) context.addIssue(`must be an id that starts with ${kind}_`);
      return id ?? z.NEVER;
    });

/** In a reply: a uuid inside, a prefixed id on the wire. */
export const ReplyId = (kind: IdPrefix) =>
  z
    .uuid()
    .transform((id) => toPublicId(kind, id))
    .pipe(z.string().regex(new RegExp(`^${kind}_${TYPE_ID}$`)));

/** In a request: a JSON number with at most two decimals on the wire, whole minor units inside. */
export const Money = z
  .number()
  .min(0)
  .max(toAmount(MOST_MINOR_UNITS))
  .transform((amount, context) => {
    try {
      if (!Object.is(amount, -0)) return toMinorUnits(amount);
    } catch {
      // Falls through to the issue below: the amount has a third decimal.
    }
    context.addIssue('must be an amount with at most two decimals');
    return z.NEVER;
  })
  .meta({ description: 'An amount with at most two decimals: 35.00' });

/** In a reply: whole minor units inside, a JSON number on the wire. */
export const ReplyMoney = z
  .int()
  .transform(toAmount)
  .pipe(z.number())
  .meta({ description: 'An amount with at most two decimals: 35.00' });

/** In a reply: a Date inside, RFC 3339 in UTC on the wire. */
export const ReplyTime = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime());

/** In a request: RFC 3339 with any offset on the wire, a Date that is still to come and within a year inside. */
export const FutureTime = (clock: { now(): Date }) =>
  z.iso.datetime({ offset: true }).transform((text, context) => {
    const ahead = Date.parse(text) - clock.now().getTime();
    if (ahead > 0 && ahead <= YEAR_MS) return new Date(text);
    context.addIssue('must be a time to come, within a year');
    return z.NEVER;
  });

const YEAR_MS = 366 * 24 * 3_600_000;

export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency code of ISO 4217');

/** Text of people: trimmed, at least one character and at most `most`, counted in code points. */
export const Words = (most: number, least = 1) =>
  z
    .string()
    .trim()
    .refine((text) => [...text].length >= least, {
      message: `must have at least ${least} characters`,
    })
    .refine((text) => [...text].length <= most, { message: `must have at most ${most} characters` })
    .meta({ minLength: least, maxLength: most });

const wholeNumber = (fallback: number, most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,9}$/, 'must be a whole number from 1')
    .transform(Number)
    .pipe(z.int().max(most))
    .default(fallback)
    .meta({ type: 'integer', minimum: 1, maximum: most, default: fallback });

/** The query of every list: `z.strictObject({ ...pageQuery, status: … })`. */
export const pageQuery = {
  page: wholeNumber(1, 1_000_000),
  limit: wholeNumber(20, 100),
};

export const Pagination = z
  .strictObject({ page: z.int(), limit: z.int(), total: z.int(), has_more: z.boolean() })
  .meta({ id: 'Pagination' });

export const toPagination = (
  { page, limit }: { page: number; limit: number },
  total: number,
): z.input<typeof Pagination> => ({ page, limit, total, has_more: page * limit < total });
