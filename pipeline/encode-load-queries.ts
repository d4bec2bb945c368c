// What is to be encoded and what lately was, as sums of rows.

import type { Knex } from 'knex';

import type { EncodeLoad } from './encode-backlog.js';
import { overallPercent } from './media-file.js';

/** Of so many clips the mean is taken; a busy fleet makes them in minutes, so it follows a change of machines. */
const RECENT_CLIPS = 50;

export async function readEncodeLoad(db: Knex): Promise<EncodeLoad> {
  const [waiting, recent] = await Promise.all([sumWaiting(db), sumRecent(db)]);
  return { ...waiting, recent };
}

/** A clip that was admitted once keeps its length, in whatever attempt it is. */
async function sumWaiting(db: Knex): Promise<Pick<EncodeLoad, 'admitted' | 'unadmitted'>> {
  const from = overallPercent('encoding');
  const { rows } = await db.raw(
    `with waiting as (
       select file_size, duration,
         duration * (1 - least(1, greatest(0,
           (coalesce((metadata->>'percent')::float8, 0) - ?::float8) / ?::float8))) as remains
       from media_files
       where processing_status in ('pending', 'processing') and deleted_at is null
         and attempt > 0 and not cancel_requested
     )
     select count(*) filter (where remains > 0)::int as clips,
       coalesce(sum(remains), 0)::float8 as seconds,
       coalesce(max(remains), 0)::float8 as longest,
       count(*) filter (where duration is null)::int as unknown,
       coalesce(sum(file_size) filter (where duration is null), 0)::float8 as bytes
     from waiting`,
    [from, overallPercent('publishing') - from],
  );
  const [sum] = rows;
  return {
    admitted: { clips: sum.clips, mediaSeconds: sum.seconds, longestSeconds: sum.longest },
    unadmitted: { clips: sum.unknown, bytes: sum.bytes },
  };
}

/** What cost nothing was not encoded. */
async function sumRecent(db: Knex): Promise<EncodeLoad['recent']> {
  const { rows } = await db.raw(
    `with recent as (
       select file_size, (metadata->>'duration_ms')::float8 / 1000 as seconds,
         (metadata->'cost'->>'wall_s')::float8 as wall
       from media_files
       where processing_status = 'completed' and deleted_at is null
         and (metadata->'cost'->>'wall_s')::float8 > 0 and (metadata->>'duration_ms')::float8 > 0
       order by updated_at desc limit ?
     )
     select sum(file_size)::float8 / sum(seconds) as bytes_per_second,
       sum(seconds) / sum(wall) as speed
     from recent`,
    [RECENT_CLIPS],
  );
  const [mean] = rows;
  if (!mean?.speed) return null;
  return { bytesPerSecond: mean.bytes_per_second, speed: mean.speed };
}
