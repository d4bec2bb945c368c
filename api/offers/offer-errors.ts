// What may be wrong with an offer, and with what is asked of one.

import { toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
import { ApiError } from '../errors.js';
import { MOST_IN_HOUR, MOST_OF_STORY, type OfferStatus } from './offer.js';

export const offerNotFound = () => new ApiError(404, 'OFFER_NOT_FOUND', 'There is no such offer.');

export const offerBelowMinimum = (minimum: number) =>
  new ApiError(422, 'OFFER_BELOW_MINIMUM', `Offers start at ${toAmount(minimum).toFixed(2)}.`, {
    details: [
      {
        field: 'offer_amount',
        message: `must be at least ${toAmount(minimum).toFixed(2)}`,
        minimum_offer: toAmount(minimum),
      },
    ],
  });

export const tooManyOffersOnStory = () =>
  new ApiError(
    422,
    'TOO_MANY_OFFERS_ON_STORY',
    `You have made ${MOST_OF_STORY} offers for this already.`,
  );

export const tooManyOffers = (seconds: number) =>
  new ApiError(429, 'TOO_MANY_OFFERS', `You can make ${MOST_IN_HOUR} offers an hour.`, {
    headers: { 'Retry-After': String(Math.max(1, seconds)) },
  });

export const auctionIsRunning = (auctionId: string) =>
  new ApiError(409, 'AUCTION_RUNNING', 'Its auction is running: bid there.', {
    details: [
      {
        field: 'story_id',
        message: 'is being auctioned',
        auction_id: toPublicId('auction', auctionId),
      },
    ],
  });

export const storySold = () =>
  new ApiError(409, 'STORY_SOLD', 'This is sold; it takes no offers at present.');

export const offerNotPending = (status: OfferStatus) =>
  new ApiError(409, 'OFFER_NOT_PENDING', `This offer cannot be answered: it is ${status}.`, {
    details: [{ field: 'status', message: `is ${status}`, status }],
  });

export const buyerGone = () =>
  new ApiError(409, 'BUYER_GONE', 'The buyer of this offer can no longer bid here.');
