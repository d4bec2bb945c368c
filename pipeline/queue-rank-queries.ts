// Fair turns among makers: start-time fair queueing, with clips as the unit and ranks as job priorities.

import type { Knex } from 'knex';

/** What a queue takes as its lowest priority is a little above. */
export const LAST_RANK = 2_000_000;

/**
 * For an update of `media_files`: one more than the maker's last clip that waits, but no less than the turn that is
 * being served. So a maker's fiftieth clip waits for fifty turns, and somebody else's first for one.
 */
export const nextRank = (db: Knex): Knex.Raw =>
  db.raw(
    `least(${LAST_RANK}, greatest(
       coalesce((select min(queue_rank) from media_files o where ${WAITING}), 1),
       1 + coalesce((select max(queue_rank) from media_files o
         where ${WAITING} and o.owner_id = media_files.owner_id), 0)))`,
  );

const WAITING = `o.processing_status in ('pending', 'processing') and o.deleted_at is null
  and o.attempt > 0 and o.media_id <> media_files.media_id`;

/** Clips that one maker has under way, those still uploading included. */
export async function countUnfinished(db: Knex, ownerId: string): Promise<number> {
  const row = await db('media_files')
    .where({ owner_id: ownerId, deleted_at: null })
    .whereIn('processing_status', ['pending', 'processing'])
    .count('* as total')
    .first();
  return Number(row?.total ?? 0);
}
