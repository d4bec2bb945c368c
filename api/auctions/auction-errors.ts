// What may be wrong with what is asked of an auction by those who watch, sell or keep order.

import { ApiError } from '../errors.js';

export const auctionNotFound = () =>
  new ApiError(404, 'AUCTION_NOT_FOUND', 'There is no such auction.');

export const nothingToDecide = () =>
  new ApiError(409, 'NOTHING_TO_DECIDE', 'Only where an order went unpaid, and within 24 hours.');

export const noNextBidder = () =>
  new ApiError(409, 'NO_NEXT_BIDDER', 'Nobody else who may still buy has bid.');
