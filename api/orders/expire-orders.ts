// A sweep: ends the orders that were not paid in time, and leaves what follows to their makers.

import { CLOCK } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { expireIfOverdue } from './move-order.js';
import { listOverdue } from './queries.js';

const AT_A_TIME = 100;

/** Safe in several processes at once. @returns how many it ended */
export async function expireOrders(
  { db, auctionEvents }: Pick<Context, 'db' | 'auctionEvents'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  let expired = 0;
  for (const { orderId, auctionId } of await listOverdue(db, AT_A_TIME)) {
    if (signal?.aborted) break;
    if (!(await db.transaction((trx) => expireIfOverdue(trx, CLOCK, orderId)))) continue;
    expired += 1;
    auctionEvents.publish(auctionId);
  }
  return expired;
}
