// What the maker of an unpaid sale decides: POST /auctions/{id}/second-chance and /relist.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { afterCommit } from '../http/after-commit.js';
import { type Route, route } from '../http/define-route.js';
import { PublicId, ReplyId, ReplyMoney, ReplyTime } from '../http/wire-types.js';
import { giveSecondChance, relist } from './after-sale.js';

const tags = ['Auctions'] as const;
const OfAuction = z.strictObject({ auction_id: PublicId('auction') });

export const saleRoutes = (context: Context): Route[] => [
  route({
    method: 'post',
    path: '/auctions/:auction_id/second-chance',
    summary: 'Offer what was not paid to the next bidder, for what that one stood at',
    tags,
    access: 'user',
    params: OfAuction,
    status: 201,
    reply: z
      .strictObject({
        order_id: ReplyId('order'),
        auction_id: ReplyId('auction'),
        amount: ReplyMoney,
        currency: z.string(),
        pay_by: ReplyTime,
      })
      .meta({ id: 'SecondChance' }),
    errors: { 404: ['AUCTION_NOT_FOUND'], 409: ['NOTHING_TO_DECIDE', 'NO_NEXT_BIDDER'] },
    idempotent: true,
    async handle({ params, user, db, request }) {
      const order = await giveSecondChance(db, actorOf(user, request), params.auction_id);
      afterCommit(db, () => context.auctionEvents.publish(params.auction_id));
      return {
        order_id: order.orderId,
        auction_id: order.auctionId,
        amount: order.amount,
        currency: order.currency,
        pay_by: order.payBy,
      };
    },
  }),

  route({
    method: 'post',
    path: '/auctions/:auction_id/relist',
    summary: 'Take offers again for what was not paid',
    tags,
    access: 'user',
    params: OfAuction,
    status: 204,
    errors: { 404: ['AUCTION_NOT_FOUND'], 409: ['NOTHING_TO_DECIDE'] },
    async handle({ params, user, db, request }) {
      await relist(db, actorOf(user, request), params.auction_id);
      afterCommit(db, () => context.auctionEvents.publish(params.auction_id));
    },
  }),
];
