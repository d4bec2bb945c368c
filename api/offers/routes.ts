// /offers, and the lists of them: of a story for its maker, and one's own.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { type Route, route } from '../http/define-route.js';
import { GivenAmount } from '../http/given-amount.js';
import {
  Currency,
  Pagination,
  PublicId,
  pageQuery,
  toPagination,
  Words,
} from '../http/wire-types.js';
import { storyNotFound } from '../stories/story-errors.js';
import { getVisibleStory } from '../stories/visible-story.js';
import { acceptOffer, getOffer, rejectOffer, withdrawOffer } from './answer-offer.js';
import { makeOffer } from './make-offer.js';
import { OFFER_STATUSES } from './offer.js';
import { MadeOffer, OfferReply, toMadeView, toOfferView } from './offer-view.js';
import { countOffers, listOffers, type OfferFilter } from './queries.js';

const tags = ['Offers'] as const;
const OfOffer = z.strictObject({ offer_id: PublicId('offer') });
const OfStory = z.strictObject({ story_id: PublicId('story') });
const OfferQuery = z.strictObject({ ...pageQuery, status: z.enum(OFFER_STATUSES).optional() });
const OfferPage = z
  .strictObject({ offers: z.array(OfferReply), pagination: Pagination })
  .meta({ id: 'OfferPage' });

const CreateOffer = z
  .strictObject({
    story_id: PublicId('story'),
    offer_amount: GivenAmount,
    message: Words(500).optional(),
    currency: Currency,
  })
  .meta({ id: 'CreateOffer' });

export function offerRoutes(context: Context): Route[] {
  const readPage = async (
    filter: OfferFilter,
    { page, limit }: { page: number; limit: number },
    show: (offer: Awaited<ReturnType<typeof listOffers>>[number]) => z.input<typeof OfferReply>,
  ) => {
    const offers = await listOffers(context.db, filter, { limit, offset: (page - 1) * limit });
    const total = await countOffers(context.db, filter);
    return { offers: offers.map(show), pagination: toPagination({ page, limit }, total) };
  };
  const of = (user: Caller, request: Parameters<typeof actorOf>[1]) => ({
    caller: user,
    actor: actorOf(user, request),
  });

  return [
    route({
      method: 'post',
      path: '/offers',
      summary: 'Make an offer; the first that qualifies opens the auction',
      tags,
      access: 'user',
      body: CreateOffer,
      status: 201,
      reply: MadeOffer,
      errors: {
        403: ['OWN_STORY', 'BARRED', 'EMAIL_NOT_VERIFIED'],
        404: ['STORY_NOT_FOUND'],
        409: ['STORY_NOT_SHOWN', 'AUCTION_RUNNING', 'STORY_SOLD'],
        422: [
          'OFFER_BELOW_MINIMUM',
          'WRONG_CURRENCY',
          'TOO_MANY_DECIMALS',
          'TOO_MANY_OFFERS_ON_STORY',
        ],
        429: ['TOO_MANY_OFFERS'],
      },
      idempotent: true,
      async handle({ body, user, db, request }) {
        const offer = await makeOffer(context, db, of(user, request), {
          storyId: body.story_id,
          amount: body.offer_amount,
          currency: body.currency,
          message: body.message ?? null,
        });
        return toMadeView(offer);
      },
    }),

    route({
      method: 'get',
      path: '/users/me/offers',
      summary: 'List the offers that you made, newest first',
      tags,
      access: 'user',
      query: OfferQuery,
      status: 200,
      reply: OfferPage,
      handle: ({ query, user, request }) =>
        readPage({ buyerId: user.userId, status: query.status }, query, (offer) =>
          toOfferView(context, request, user, offer),
        ),
    }),

    route({
      method: 'get',
      path: '/stories/:story_id/offers',
      summary: 'List the offers on a story of yours, newest first',
      tags,
      access: 'user',
      params: OfStory,
      query: OfferQuery,
      status: 200,
      reply: OfferPage,
      errors: { 404: ['STORY_NOT_FOUND'] },
      async handle({ params, query, user, request }) {
        const { own } = await getVisibleStory(context, params.story_id, user);
        if (!own) throw storyNotFound();
        return readPage({ storyId: params.story_id, status: query.status }, query, (offer) =>
          toOfferView(context, request, user, offer),
        );
      },
    }),

    route({
      method: 'get',
      path: '/offers/:offer_id',
      summary: 'Read an offer that you made, or one on a story of yours',
      tags,
      access: 'user',
      params: OfOffer,
      status: 200,
      reply: OfferReply,
      errors: { 404: ['OFFER_NOT_FOUND'] },
      handle: async ({ params, user, db, request }) =>
        toOfferView(context, request, user, await getOffer(db, params.offer_id, user)),
    }),

    route({
      method: 'post',
      path: '/offers/:offer_id/accept',
      summary: 'Accept an offer on your story: it opens the auction as its first bid',
      tags,
      access: 'user',
      params: OfOffer,
      status: 200,
      reply: OfferReply,
      errors: {
        404: ['OFFER_NOT_FOUND', 'STORY_NOT_FOUND'],
        409: [
          ...['OFFER_NOT_PENDING', 'AUCTION_RUNNING', 'STORY_SOLD', 'STORY_NOT_SHOWN'],
          'BUYER_GONE',
        ],
      },
      idempotent: true,
      handle: async ({ params, user, db, request }) =>
        toOfferView(
          context,
          request,
          user,
          await acceptOffer(db, of(user, request), params.offer_id),
        ),
    }),

    route({
      method: 'post',
      path: '/offers/:offer_id/reject',
      summary: 'Decline an offer on your story',
      tags,
      access: 'user',
      params: OfOffer,
      body: z
        .strictObject({ message: Words(500).optional() })
        .default({})
        .meta({ id: 'RejectOffer' }),
      status: 200,
      reply: OfferReply,
      errors: { 404: ['OFFER_NOT_FOUND'], 409: ['OFFER_NOT_PENDING'] },
      async handle({ params, body, user, db, request }) {
        const answer = { offerId: params.offer_id, message: body.message ?? null };
        const offer = await rejectOffer(db, of(user, request), answer);
        return toOfferView(context, request, user, offer);
      },
    }),

    route({
      method: 'post',
      path: '/offers/:offer_id/withdraw',
      summary: 'Take back an offer that nobody has answered yet',
      tags,
      access: 'user',
      params: OfOffer,
      status: 200,
      reply: OfferReply,
      errors: { 404: ['OFFER_NOT_FOUND'], 409: ['OFFER_NOT_PENDING'] },
      handle: async ({ params, user, db, request }) =>
        toOfferView(
          context,
          request,
          user,
          await withdrawOffer(db, of(user, request), params.offer_id),
        ),
    }),
  ];
}
