// What may be wrong with what is asked of an auction by those who watch, sell or keep order.

import { ApiError } from '../errors.js';
import type { ClosingRefusal } from './closing.js';

export const auctionNotFound = () =>
  new ApiError(404, 'AUCTION_NOT_FOUND', 'There is no such auction.');

/** @param newestSeq of the newest bid that everybody sees */
export function closingError(refusal: ClosingRefusal, newestSeq: number): ApiError {
  const [status, message] = CLOSING[refusal];
  const details = [{ field: 'If-Match', message: 'is not the newest bid', seq: newestSeq }];
  return new ApiError(status, refusal, message, refusal === 'STALE_BID' ? { details } : {});
}

/** To whoever asks anything of it. */
export const OVER = {
  AUCTION_ENDED: 'This auction has ended.',
  AUCTION_CANCELLED: 'This auction was cancelled.',
} as const;

const CLOSING: Readonly<Record<ClosingRefusal, readonly [status: number, message: string]>> = {
  AUCTION_ENDED: [409, OVER.AUCTION_ENDED],
  AUCTION_CANCELLED: [409, OVER.AUCTION_CANCELLED],
  STALE_BID: [412, 'Another bid has come in: look at it, then accept that.'],
  OTHER_BIDS_STAND: [409, 'Others have bid: only an admin can cancel it now.'],
};

export const seqRequired = () =>
  new ApiError(428, 'IF_MATCH_REQUIRED', 'Say with If-Match which bid you saw: its seq.');

export const bidNotFound = () => new ApiError(404, 'BID_NOT_FOUND', 'There is no such bid.');

export const bidNotWithdrawable = (why: string) => new ApiError(409, 'BID_NOT_WITHDRAWABLE', why);

export const nothingToDecide = () =>
  new ApiError(409, 'NOTHING_TO_DECIDE', 'Only where an order went unpaid, and within 24 hours.');

export const noNextBidder = () =>
  new ApiError(409, 'NO_NEXT_BIDDER', 'Nobody else who may still buy has bid.');
