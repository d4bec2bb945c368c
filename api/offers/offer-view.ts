// An offer on the wire.

import type { Request } from 'express';
import { z } from 'zod';

import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { Currency, ReplyId, ReplyMoney, ReplyTime } from '../http/wire-types.js';
import { edgeOrigin, toAddress } from '../media/public-origin.js';
import { OFFER_STATUSES, type Offer } from './offer.js';

const Buyer = z.strictObject({
  buyer_id: ReplyId('user'),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
});

/** To who made it, at once. */
export const MadeOffer = z
  .strictObject({
    offer_id: ReplyId('offer'),
    story_id: ReplyId('story'),
    offer_amount: ReplyMoney,
    currency: Currency,
    status: z.enum(OFFER_STATUSES),
    created_at: ReplyTime,
    auction_id: ReplyId('auction').optional().describe('The auction that it opened'),
  })
  .meta({ id: 'MadeOffer' });

export const OfferReply = z
  .strictObject({
    offer_id: ReplyId('offer'),
    story_id: ReplyId('story'),
    story_title: z.string(),
    buyer: Buyer,
    offer_amount: ReplyMoney,
    currency: Currency,
    message: z.string().nullable(),
    status: z.enum(OFFER_STATUSES),
    response_message: z.string().nullable(),
    auto_rejected: z.boolean().optional().describe('For its maker: it was below the private floor'),
    auction_id: ReplyId('auction').nullable().describe('The auction that it opened'),
    created_at: ReplyTime,
    responded_at: ReplyTime.nullable(),
    expires_at: ReplyTime.nullable(),
  })
  .meta({ id: 'Offer' });

export const toMadeView = (offer: Offer): z.input<typeof MadeOffer> => ({
  offer_id: offer.offerId,
  story_id: offer.storyId,
  offer_amount: offer.amount,
  currency: offer.currency,
  status: offer.status,
  created_at: offer.createdAt,
  ...(offer.auctionId && { auction_id: offer.auctionId }),
});

export function toOfferView(
  { config }: Pick<Context, 'config'>,
  request: Request,
  caller: Caller,
  offer: Offer,
): z.input<typeof OfferReply> {
  const { userId, displayName, avatarUrl } = offer.buyer;
  return {
    offer_id: offer.offerId,
    story_id: offer.storyId,
    story_title: offer.storyTitle,
    buyer: {
      buyer_id: userId,
      display_name: displayName,
      avatar_url: avatarUrl && toAddress(avatarUrl, edgeOrigin(config, request)),
    },
    offer_amount: offer.amount,
    currency: offer.currency,
    message: offer.message,
    status: offer.status,
    response_message: offer.responseMessage,
    ...(caller.userId !== userId && { auto_rejected: offer.autoRejected }),
    auction_id: offer.auctionId,
    created_at: offer.createdAt,
    responded_at: offer.respondedAt,
    expires_at: offer.expiresAt,
  };
}
