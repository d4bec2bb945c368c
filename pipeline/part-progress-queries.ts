// The progress of a clip that is encoded in parts: the mean of what its parts tell.

import type { Knex } from 'knex';

import { overallPercent, type Stage } from './media-file.js';
import type { Lease } from './media-lease-queries.js';
import { moveHeld } from './media-move-queries.js';

/**
 * Never goes back within an attempt; leaves `updated_at` alone, so that the update stays cheap.
 * @param percent of the whole way, as if the part were the clip
 */
export async function savePartProgress(
  db: Knex,
  lease: Lease,
  part: { readonly index: number; readonly of: number },
  { stage, percent }: { stage: Stage; percent: number },
): Promise<boolean> {
  // Sound counts for nothing.
  if (part.index >= part.of) return false;
  const from = overallPercent('encoding');
  const attempt = await moveHeld(db, lease, {
    updated_at: db.raw('updated_at'),
    metadata: db.raw(
      `(select metadata || jsonb_build_object('stage', ?::text, 'parts', parts.told, 'percent',
          greatest(coalesce((metadata->>'percent')::int, 0), ?::int +
            (select sum(value::int - ?::int)::int / ?::int from jsonb_each_text(parts.told)
             where key <> 'attempt')))
        from (select jsonb_build_object('attempt', ?::int, ?::text, ?::int) ||
          case when metadata->'parts'->'attempt' = to_jsonb(?::int)
            then (metadata->'parts') - ?::text else '{}' end as told) parts)`,
      [
        ...[stage, from, from, part.of],
        ...[lease.attempt, `${part.index}`, percent, lease.attempt, `${part.index}`],
      ],
    ),
  });
  return attempt !== null;
}
