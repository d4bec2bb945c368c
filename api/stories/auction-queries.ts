// What a story asks of its auctions.

import type { Knex } from 'knex';

/**
 * Whether an auction of it runs. The caller holds the story's row, and opening one must take that row too: else an
 * auction could open beside an edit.
 */
export async function hasRunningAuction(trx: Knex.Transaction, storyId: string): Promise<boolean> {
  const row = await trx('auctions')
    .where({ story_id: storyId, status: 'active' })
    .first(trx.raw('1'));
  return row !== undefined;
}
