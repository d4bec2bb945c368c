// Lets a story go that an auction had sold: it takes offers again, and nothing else is created.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { saveRelisted } from './sale-queries.js';

/** Called with the auction's row locked. @returns false where it was free already */
export async function freeStory(
  trx: Knex.Transaction,
  actor: Actor,
  auctionId: string,
): Promise<boolean> {
  if (!(await saveRelisted(trx, auctionId))) return false;
  await recordAudit(trx, actor, {
    action: 'auction.relist',
    subject: toPublicId('auction', auctionId),
    before: { sold: true },
    after: { sold: false },
  });
  return true;
}
