// /stories/{id}/offer-terms: how a maker takes offers. Nobody else learns of the floor.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import { type Route, route } from '../http/define-route.js';
import { Currency, Money, PublicId, ReplyMoney } from '../http/wire-types.js';
import type { OfferTerms } from './offer.js';
import { getTerms, setTerms } from './set-terms.js';

const OfStory = z.strictObject({ story_id: PublicId('story') });

const TermsReply = z
  .strictObject({
    auto_open: z.boolean().describe('The first offer that qualifies opens the auction'),
    floor: ReplyMoney.nullable().describe('Offers below are declined at once; buyers are not told'),
    currency: Currency,
  })
  .meta({ id: 'OfferTerms' });

const toView = ({ terms, currency }: { terms: OfferTerms; currency: string }) => ({
  auto_open: terms.autoOpen,
  floor: terms.floor,
  currency,
});

export const offerTermsRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/stories/:story_id/offer-terms',
    summary: 'Read the terms on which your story takes offers',
    tags: ['Offers'],
    access: 'user',
    params: OfStory,
    status: 200,
    reply: TermsReply,
    errors: { 404: ['STORY_NOT_FOUND'] },
    handle: async ({ params, user, db }) => toView(await getTerms({ db }, params.story_id, user)),
  }),

  route({
    method: 'put',
    path: '/stories/:story_id/offer-terms',
    summary: 'Set the terms on which your story takes offers',
    tags: ['Offers'],
    access: 'user',
    params: OfStory,
    body: z
      .strictObject({ auto_open: z.boolean().default(true), floor: Money.nullable().default(null) })
      .meta({ id: 'SetOfferTerms' }),
    status: 200,
    reply: TermsReply,
    errors: { 404: ['STORY_NOT_FOUND'] },
    async handle({ params, body, user, db, request }) {
      const terms = { autoOpen: body.auto_open, floor: body.floor };
      return toView(await setTerms({ db }, actorOf(user, request), params.story_id, terms));
    },
  }),
];
