// Ends an auction at its time: exactly once, with the winner's order in the same transaction, whoever finds it due.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
import { type Actor, CLOCK, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { openOrder } from '../orders/open-order.js';
import { type EndedAuction, listOverdueIds, lockOverdue, saveEnd } from './end-queries.js';

type Ending = Pick<Context, 'db' | 'auctionEvents'> & {
  readonly metrics?: Pick<Context['metrics'], 'countEnd'>;
};

const AT_A_TIME = 200;
/** After an outage many are due at once; each holds a connection for some milliseconds. */
const SIDE_BY_SIDE = 4;

/** A sweep, safe in several processes at once. @returns how many it ended */
export async function endOverdue(
  context: Ending,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  let ended = 0;
  for (;;) {
    const due = await listOverdueIds(context.db, AT_A_TIME);
    const left = [...due];
    const failures: unknown[] = [];
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (let id = left.shift(); id && !signal?.aborted; id = left.shift()) {
          // One that cannot be ended keeps no other from it.
          const done = await endIfOverdue(context, id).catch((err) => failures.push(err) === 0);
          if (done) ended += 1;
        }
      }),
    );
    if (failures.length > 0) throw new AggregateError(failures, 'Auctions could not be ended');
    if (due.length < AT_A_TIME || signal?.aborted) return ended;
  }
}

/** @returns false where it is not due, over already, or in another's hands this moment */
export async function endIfOverdue(context: Ending, auctionId: string): Promise<boolean> {
  const ended = await context.db.transaction(async (trx) => {
    if (!(await lockOverdue(trx, auctionId))) return undefined;
    const auction = await saveEnd(trx, auctionId);
    if (auction) await sell(trx, CLOCK, auction);
    return auction;
  });
  if (!ended) return false;
  context.auctionEvents.publish(auctionId);
  context.metrics?.countEnd(ended.lagSeconds);
  return true;
}

/** What an end brings, in its own transaction: the audit, the order, and with that the notices. */
export async function sell(
  trx: Knex.Transaction,
  actor: Actor,
  auction: EndedAuction,
  action = 'auction.end',
): Promise<void> {
  const { auctionId, storyId, makerId, currency, price } = auction;
  await recordAudit(trx, actor, {
    action,
    subject: toPublicId('auction', auctionId),
    before: { status: 'active' },
    after: {
      status: 'ended',
      seq: auction.seq,
      price: toAmount(price),
      actual_end_time: auction.actualEndTime,
    },
  });
  await openOrder(trx, actor, {
    ...{ auctionId, storyId, makerId, currency, amount: price, secondChance: false },
    ...{ buyerId: auction.winnerId, bidId: auction.winningBidId },
  });
}
