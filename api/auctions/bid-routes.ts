// POST /auctions/{id}/bids: a bid, with a maximum that nobody else is told, or without.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import { admitBidder } from '../bars/admit-bidder.js';
import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import type { Route } from '../http/define-route.js';
import { GivenAmount, toUnits } from '../http/given-amount.js';
import { findKept } from '../http/idempotency.js';
import { repeatableRoute } from '../http/repeatable-route.js';
import { Currency, PublicId } from '../http/wire-types.js';
import { isStoryVisible } from '../stories/visible-story.js';
import { auctionNotFound } from './auction-errors.js';
import { BID_REFUSALS } from './bid-errors.js';
import { BidAnswer } from './bid-view.js';
import { findOwner } from './read-queries.js';

const CreateBid = z
  .strictObject({
    bid_amount: GivenAmount,
    max_amount: GivenAmount.optional().describe('Hidden; the same as bid_amount where absent'),
    currency: Currency,
  })
  .meta({ id: 'CreateBid' });

export function bidRoutes(context: Context): Route[] {
  return [
    repeatableRoute({
      method: 'post',
      path: '/auctions/:auction_id/bids',
      summary: 'Bid: whoever leads pays no more than it takes to lead, up to their hidden maximum',
      tags: ['Auctions'],
      params: z.strictObject({ auction_id: PublicId('auction') }),
      body: CreateBid,
      status: 201,
      reply: BidAnswer,
      errors: BID_REFUSALS,
      async handle({ params: { auction_id: auctionId }, body, user, request, repeatable }) {
        const amount = toUnits('bid_amount', body.bid_amount);
        const max = body.max_amount === undefined ? amount : toUnits('max_amount', body.max_amount);
        const kept = repeatable && (await findKept(context.db, repeatable));
        if (kept) return { ...kept, replayed: true };
        const owner = await findOwner(context.db, auctionId);
        if (!owner || !(await isStoryVisible(context, owner.storyId))) throw auctionNotFound();
        await admitBidder(context, context.db, { userId: user.userId, makerId: owner.makerId });
        const outcome = await context.bids.place(auctionId, {
          command: { bidderId: user.userId, amount, max, currency: body.currency },
          actor: actorOf(user, request),
          repeatable,
        });
        if (outcome instanceof ApiError) throw outcome;
        return outcome;
      },
    }),
  ];
}
