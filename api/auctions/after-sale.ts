// What follows a sale that was not paid: the maker takes the next bidder's standing price, or relists; silence relists.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, CLOCK, recordAudit } from '../audit/record-audit.js';
import { isStillWelcome } from '../bars/admit-bidder.js';
import type { Context } from '../context.js';
import { findBuyersOf } from '../orders/find-orders.js';
import { openOrder } from '../orders/open-order.js';
import type { Order } from '../orders/order.js';
import { auctionNotFound, noNextBidder, nothingToDecide } from './auction-errors.js';
import { freeStory } from './free-story.js';
import {
  clearDecideBy,
  type EndedSale,
  listStandingBids,
  listUndecided,
  lockSale,
  type StandingBid,
} from './sale-queries.js';

const AT_A_TIME = 100;

/** Only its maker may. @throws ApiError AUCTION_NOT_FOUND, NOTHING_TO_DECIDE, NO_NEXT_BIDDER */
export async function giveSecondChance(db: Knex, actor: Actor, auctionId: string): Promise<Order> {
  return db.transaction(async (trx) => {
    const sale = await lockForMaker(trx, actor, auctionId);
    if (!sale.isSold || !sale.undecided) throw nothingToDecide();
    const next = await findNextBidder(trx, sale);
    if (!next) throw noNextBidder();
    await clearDecideBy(trx, auctionId);
    await recordAudit(trx, actor, {
      action: 'auction.second_chance',
      subject: toPublicId('auction', auctionId),
      before: null,
      after: { bid_id: toPublicId('bid', next.bidId) },
    });
    const { storyId, makerId, currency } = sale;
    return openOrder(trx, actor, {
      ...{ auctionId, storyId, makerId, currency },
      ...{ buyerId: next.bidderId, bidId: next.bidId, amount: next.amount, secondChance: true },
    });
  });
}

/** Only its maker may. @throws ApiError AUCTION_NOT_FOUND, NOTHING_TO_DECIDE */
export async function relist(db: Knex, actor: Actor, auctionId: string): Promise<void> {
  await db.transaction(async (trx) => {
    const sale = await lockForMaker(trx, actor, auctionId);
    if (!sale.isSold || !(sale.undecided || sale.overdue)) throw nothingToDecide();
    await freeStory(trx, actor, auctionId);
  });
}

/** A sweep, safe in several processes at once. @returns how many it relisted */
export async function relistUndecided(
  { db, auctionEvents }: Pick<Context, 'db' | 'auctionEvents'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  let relisted = 0;
  for (const auctionId of await listUndecided(db, AT_A_TIME)) {
    if (signal?.aborted) break;
    const done = await db.transaction(async (trx) => {
      const sale = await lockSale(trx, auctionId);
      return sale?.isSold && sale.overdue ? freeStory(trx, CLOCK, auctionId) : false;
    });
    if (!done) continue;
    relisted += 1;
    auctionEvents.publish(auctionId);
  }
  return relisted;
}

/** Who stands highest of those who had no order yet and may still buy. */
export async function findNextBidder(
  db: Knex,
  { auctionId, makerId }: Pick<EndedSale, 'auctionId' | 'makerId'>,
): Promise<StandingBid | null> {
  const had = await findBuyersOf(db, auctionId);
  for (const bid of await listStandingBids(db, auctionId)) {
    if (had.includes(bid.bidderId)) continue;
    if (await isStillWelcome(db, { userId: bid.bidderId, makerId })) return bid;
  }
  return null;
}

async function lockForMaker(trx: Knex.Transaction, { userId }: Actor, auctionId: string) {
  const sale = await lockSale(trx, auctionId);
  if (!sale || sale.makerId !== userId) throw auctionNotFound();
  return sale;
}
