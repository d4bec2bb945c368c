// All SQL on public_posters: which copies of posters everybody may see.

import type { Knex } from 'knex';

import { queueRemoval, strikeRemoval } from '../../pipeline/object-removal-queries.js';
import { VISIBLE_STORY } from '../stories/visible-story.js';

export interface PublicPoster {
  readonly mediaId: string;
  readonly sourceKey: string;
  readonly publicKey: string;
}

/** Until caches that hold the old address are unlikely to ask for it again. */
const GRACE_SECONDS = 3_600;

/**
 * Names a copy that is there; the one that it takes the place of goes.
 * @returns the key that is named now: another process may have been faster
 * @throws Error where a sweep has begun to remove the copy
 */
export async function namePoster(db: Knex, poster: PublicPoster): Promise<string | null> {
  const { mediaId, sourceKey, publicKey } = poster;
  return db.transaction(async (trx) => {
    const struck = await strikeRemoval(trx, { key: publicKey });
    const before = await trx('public_posters').where({ media_id: mediaId }).forUpdate().first();
    if (before?.source_key === sourceKey) return before.public_key;
    if (!struck) throw new Error('the copy was swept away');
    const row = { media_id: mediaId, source_key: sourceKey, public_key: publicKey };
    await trx('public_posters').insert(row).onConflict('media_id').merge();
    if (before) await queueRemoval(trx, { key: before.public_key }, GRACE_SECONDS);
    return publicKey;
  });
}

/**
 * Takes the copies back whose clips nobody may see any more, among the next `limit` behind `after`.
 * @returns the last one looked at, or null at the end; and how many were taken back
 */
export async function withdrawPosters(
  db: Knex,
  { after, limit }: { after: string | null; limit: number },
): Promise<{ last: string | null; withdrawn: number }> {
  return db.transaction(async (trx) => {
    const rows: { media_id: string; public_key: string; shown: boolean }[] = await trx(
      'public_posters as o',
    )
      .modify((query) => (after ? query.where('o.media_id', '>', after) : query))
      .orderBy('o.media_id')
      .limit(limit)
      .select('o.media_id', 'o.public_key', trx.raw(`(${SHOWN}) as shown`));
    const over = rows.filter(({ shown }) => !shown);
    for (const { media_id: mediaId, public_key: key } of over) {
      const gone = await trx('public_posters')
        .where({ media_id: mediaId, public_key: key })
        .delete();
      if (gone > 0) await queueRemoval(trx, { key });
    }
    return {
      last: rows.length < limit ? null : (rows.at(-1)?.media_id ?? null),
      withdrawn: over.length,
    };
  });
}

const SHOWN = `exists (
  select from media_files f join stories s on s.story_id = f.story_id
  where f.media_id = o.media_id and f.deleted_at is null and ${VISIBLE_STORY})`;
