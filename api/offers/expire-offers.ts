// A sweep: ends the offers that nobody answered in time.

import { CLOCK } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { tellExpired } from './open-by-offer.js';
import { expireOverdue } from './queries.js';

const AT_A_TIME = 100;

/** Safe in several processes at once. @returns how many it ended */
export async function expireOffers(
  { db }: Pick<Context, 'db'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  let expired = 0;
  for (;;) {
    const some = await db.transaction(async (trx) => {
      const offerIds = await expireOverdue(trx, AT_A_TIME);
      for (const offerId of offerIds) await tellExpired(trx, CLOCK, offerId);
      return offerIds.length;
    });
    expired += some;
    if (some < AT_A_TIME || signal?.aborted) return expired;
  }
}
