// What may be wrong with what is asked of an auction by those who watch, sell or keep order.

import { ApiError } from '../errors.js';

export const auctionNotFound = () =>
  new ApiError(404, 'AUCTION_NOT_FOUND', 'There is no such auction.');

export const auctionOver = (status: string) =>
  status === 'cancelled'
    ? new ApiError(409, 'AUCTION_CANCELLED', 'This auction was cancelled.')
    : new ApiError(409, 'AUCTION_ENDED', 'This auction has ended.');

export const staleBid = (seq: number) =>
  new ApiError(412, 'STALE_BID', 'Another bid has come in: look at it, then accept that.', {
    details: [{ field: 'If-Match', message: `is not the newest bid any more`, seq }],
  });

export const seqRequired = () =>
  new ApiError(428, 'IF_MATCH_REQUIRED', 'Say with If-Match which bid you saw: its seq.');

export const otherBidsStand = () =>
  new ApiError(409, 'OTHER_BIDS_STAND', 'Others have bid: only an admin can cancel it now.');

export const nothingToDecide = () =>
  new ApiError(409, 'NOTHING_TO_DECIDE', 'Only where an order went unpaid, and within 24 hours.');

export const noNextBidder = () =>
  new ApiError(409, 'NO_NEXT_BIDDER', 'Nobody else who may still buy has bid.');
