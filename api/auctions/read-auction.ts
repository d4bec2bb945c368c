// Reading auctions: effectively ended from the instant of their end on, and ended for good by whoever looks first.

import type { Knex } from 'knex';
import type { z } from 'zod';

import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { findOrderOf } from '../orders/find-orders.js';
import { isStoryVisible } from '../stories/visible-story.js';
import { findNextBidder } from './after-sale.js';
import { auctionNotFound } from './auction-errors.js';
import { type AuctionReply, maskOf, toPublicView } from './auction-view.js';
import { endIfOverdue } from './end-auction.js';
import { findOwnMaximum, listBiddersAfter } from './history-queries.js';
import { type AuctionFacts, findFacts } from './read-queries.js';

type Reading = Pick<Context, 'db' | 'auctionEvents' | 'log'> & Partial<Pick<Context, 'metrics'>>;

export interface KnownAuction {
  readonly facts: AuctionFacts;
  /** In the order of their first bid. */
  readonly bidders: readonly string[];
}

/**
 * For everybody while its story is shown; for its maker, its bidders and admins always.
 * @throws ApiError AUCTION_NOT_FOUND
 */
export async function getAuction(
  context: Reading,
  auctionId: string,
  caller: Caller | null,
): Promise<KnownAuction> {
  const known = await readAuction(context, auctionId);
  if (!known) throw auctionNotFound();
  const { facts, bidders } = known;
  const party =
    caller !== null &&
    (caller.userType === 'admin' ||
      caller.userId === facts.makerId ||
      bidders.includes(caller.userId));
  if (!party && !(await isStoryVisible(context, facts.storyId))) throw auctionNotFound();
  return known;
}

/**
 * Ends it first where that is due; what cannot be written now is still told rightly.
 * @param before what was known of it, so that only what is new is read of its bidders
 */
export async function readAuction(
  context: Reading,
  auctionId: string,
  before: KnownAuction | null = null,
): Promise<KnownAuction | null> {
  let facts = await findFacts(context.db, auctionId);
  if (facts?.overdue) {
    await endIfOverdue(context, auctionId).catch((err: unknown) =>
      context.log.warn({ err, auction_id: auctionId }, 'an auction was not ended as it was read'),
    );
    facts = await findFacts(context.db, auctionId);
  }
  if (!facts) return null;
  const known = before?.bidders ?? [];
  if (facts.seq === before?.facts.seq) return { facts, bidders: known };
  const newer = await listBiddersAfter(context.db, auctionId, before?.facts.seq ?? 0);
  return { facts, bidders: [...new Set([...known, ...newer])] };
}

export async function showAuction(
  db: Knex,
  { facts, bidders }: KnownAuction,
  caller: Caller | null,
): Promise<z.input<typeof AuctionReply>> {
  const view = toPublicView(facts, bidders);
  if (!caller) return view;
  const { auctionId, makerId, decideBy } = facts;
  const isMaker = caller.userId === makerId;
  const hasBid = bidders.includes(caller.userId);
  const order = facts.status === 'ended' ? await findOrderOf(db, auctionId) : undefined;
  const mayKnow = isMaker || caller.userType === 'admin';
  const next =
    mayKnow && decideBy && !facts.relistedAt ? await findNextBidder(db, facts) : undefined;
  return {
    ...view,
    you: {
      is_maker: isMaker,
      bidder: hasBid ? maskOf(bidders, caller.userId) : null,
      is_leading: caller.userId === facts.leaderId,
      maximum: hasBid ? await findOwnMaximum(db, auctionId, caller.userId) : null,
    },
    ...(decideBy &&
      next !== undefined && {
        decision: { decide_by: decideBy, next_bid_amount: next?.amount ?? null },
      }),
    ...(order && (mayKnow || order.buyer.userId === caller.userId) && { order_id: order.orderId }),
  };
}
