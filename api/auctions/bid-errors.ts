// Why a bid is refused, each reason with a code of its own.

import { toAmount } from '../../pipeline/platform/money.js';
import { ApiError, type ErrorDetail } from '../errors.js';
import { OVER } from './auction-errors.js';
import { minimumNextBid } from './minimum-next-bid.js';
import type { AuctionState, Refusal } from './step.js';
import { toTime } from './to-time.js';

/** @param at when it was refused: microseconds since 1970 by the database's clock */
export function bidError(refusal: Refusal, state: AuctionState, at: number): ApiError {
  const { status, message, details } = ERRORS[refusal](state, at);
  return new ApiError(status, refusal, message, details ? { details } : {});
}

interface Words {
  readonly status: number;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

const ERRORS: Readonly<Record<Refusal, (state: AuctionState, at: number) => Words>> = {
  AUCTION_ENDED: ({ endAt }, at) => ({
    status: 409,
    message: OVER.AUCTION_ENDED,
    details: [
      {
        field: 'auction_id',
        message: 'takes no bids any more',
        ended_at: toTime(endAt),
        server_time: toTime(at),
      },
    ],
  }),
  AUCTION_CANCELLED: () => ({ status: 409, message: OVER.AUCTION_CANCELLED }),
  AUCTION_NOT_STARTED: ({ startAt }) => ({
    status: 409,
    message: 'This auction has not started.',
    details: [{ field: 'auction_id', message: 'takes no bids yet', start_time: toTime(startAt) }],
  }),
  OWN_STORY: () => ({ status: 403, message: 'Nobody can buy what they sell themselves.' }),
  WRONG_CURRENCY: ({ currency }) => ({
    status: 422,
    message: `Amounts here are in ${currency}.`,
    details: [{ field: 'currency', message: `must be ${currency}`, currency }],
  }),
  MAXIMUM_BELOW_BID: () => ({
    status: 422,
    message: 'The maximum is below the bid.',
    details: [{ field: 'max_amount', message: 'must be at least bid_amount' }],
  }),
  MAXIMUM_NOT_HIGHER: () => ({
    status: 422,
    message: 'You lead already: only a higher maximum changes anything.',
    details: [{ field: 'max_amount', message: 'must be above your present maximum' }],
  }),
  BID_TOO_LOW: ({ price, increment }) => {
    const minimum = toAmount(minimumNextBid(price, increment));
    return {
      status: 422,
      message: `The next bid is at least ${minimum.toFixed(2)}.`,
      details: [
        { field: 'bid_amount', message: `must be at least ${minimum.toFixed(2)}`, minimum },
      ],
    };
  },
};

/** The declared codes of the route, by status. */
export const BID_REFUSALS = {
  403: ['OWN_STORY', 'BARRED', 'EMAIL_NOT_VERIFIED'],
  404: ['AUCTION_NOT_FOUND'],
  409: ['AUCTION_ENDED', 'AUCTION_CANCELLED', 'AUCTION_NOT_STARTED'],
  422: [
    'WRONG_CURRENCY',
    'TOO_MANY_DECIMALS',
    'MAXIMUM_BELOW_BID',
    'MAXIMUM_NOT_HIGHER',
    'BID_TOO_LOW',
    'IDEMPOTENCY_KEY_REUSED',
  ],
  503: ['AUCTION_BUSY'],
} as const;

export const auctionBusy = (cause?: unknown) =>
  new ApiError(503, 'AUCTION_BUSY', 'So many bids are coming in that yours had to wait too long.', {
    headers: { 'Retry-After': '1' },
    cause,
  });
