// Fencing: each run of a stage takes the stage's lease with a larger token, and only the newest token may write.

import type { Knex } from 'knex';

import { isUnderWay, type MediaFile } from './media-file.js';
import { lockMediaFile } from './media-file-queries.js';
import { UNDER_WAY } from './reencode-queries.js';

export type LeasedStage = 'admit' | 'stills' | 'encode' | `part${number}`;

export interface Lease {
  readonly mediaId: string;
  readonly stage: LeasedStage;
  readonly attempt: number;
  readonly token: number;
}

/**
 * Takes the stage from whoever had it, and counts a start on the row.
 * @returns how many other runs of the clip are alive, too; null where the clip is gone or finished, or where a newer attempt exists
 */
export function takeLease(
  db: Knex,
  wanted: Omit<Lease, 'token'> & { holder: string; ttlSeconds: number },
): Promise<{ lease: Lease; file: MediaFile; others: number } | null> {
  const { mediaId, stage, attempt, holder, ttlSeconds } = wanted;
  return db.transaction(async (trx) => {
    const file = await lockMediaFile(trx, mediaId);
    if (!file || !isUnderWay(file) || file.attempt !== attempt) return null;
    const [row] = await trx('media_leases')
      .insert({
        media_id: mediaId,
        stage,
        attempt,
        token: 1,
        holder,
        expires_at: inSeconds(trx, ttlSeconds),
      })
      .onConflict(['media_id', 'stage'])
      .merge({
        attempt,
        holder,
        token: trx.raw('media_leases.token + 1'),
        expires_at: inSeconds(trx, ttlSeconds),
      })
      .returning('token');
    await trx('media_files').where({ media_id: mediaId }).increment('starts', 1);
    const lease = { mediaId, stage, attempt, token: Number(row.token) };
    const others = await countOthers(trx, lease);
    return { lease, file: { ...file, starts: file.starts + 1 }, others };
  });
}

/** Runs of the clip's other stages that are alive, as far as the database knows. */
async function countOthers(trx: Knex.Transaction, { mediaId, stage }: Lease): Promise<number> {
  const [row] = await trx('media_leases')
    .where({ media_id: mediaId })
    .whereNot({ stage })
    .where('expires_at', '>', trx.raw('clock_timestamp()'))
    .count('* as total');
  return Number(row?.total ?? 0);
}

/** Keeps a lease alive, and tells what has become of the clip meanwhile. */
export async function renewLease(
  db: Knex,
  lease: Lease,
  ttlSeconds: number,
): Promise<'held' | 'cancelled' | 'lost'> {
  const { rows } = await db.raw(
    `update media_leases l set expires_at = clock_timestamp() + make_interval(secs => ?)
     from media_files f
     where l.media_id = ? and l.stage = ? and l.attempt = ? and l.token = ?
       and f.media_id = l.media_id and f.attempt = l.attempt and f.deleted_at is null
       and ${UNDER_WAY}
     returning f.cancel_requested`,
    [ttlSeconds, lease.mediaId, lease.stage, lease.attempt, lease.token],
  );
  if (rows.length === 0) return 'lost';
  return rows[0].cancel_requested ? 'cancelled' : 'held';
}

/** An orderly end: the token stays, for publishing to compare, and the start no longer counts against the clip. */
export async function endLease(db: Knex, lease: Lease): Promise<void> {
  await db.raw(
    `with ended as (
       update media_leases set expires_at = clock_timestamp()
       where media_id = ? and stage = ? and attempt = ? and token = ?
     )
     update media_files set starts = greatest(starts - 1, 0) where media_id = ? and attempt = ?`,
    [lease.mediaId, lease.stage, lease.attempt, lease.token, lease.mediaId, lease.attempt],
  );
}

/** Call with the media file's row locked. */
export async function holdsLease(trx: Knex.Transaction, lease: Lease): Promise<boolean> {
  const { mediaId, stage, attempt, token } = lease;
  const row = await trx('media_leases')
    .where({ media_id: mediaId, stage, attempt, token })
    .first('token');
  return row !== undefined;
}

/** Whether some run of the clip is alive, as far as the database knows. */
export async function hasLiveLease(trx: Knex.Transaction, mediaId: string): Promise<boolean> {
  const row = await trx('media_leases')
    .where({ media_id: mediaId })
    .where('expires_at', '>', trx.raw('clock_timestamp()'))
    .first('token');
  return row !== undefined;
}

export interface IdleClip {
  readonly mediaId: string;
  readonly attempt: number;
  /** The stages that had a run in this attempt, and for how many seconds the last has been over, or dead. */
  readonly resting: readonly { readonly stage: LeasedStage; readonly seconds: number }[];
}

/** Clips that ought to have a job and that nobody works on, by id: those whose row rested for `idleSeconds`. */
export async function listIdleClips(
  db: Knex,
  page: { after: string | null; limit: number; idleSeconds: number },
): Promise<IdleClip[]> {
  const query = db('media_files as f')
    .whereIn('f.processing_status', ['pending', 'processing'])
    .where('f.attempt', '>', 0)
    .whereNull('f.deleted_at')
    .where('f.updated_at', '<', inSeconds(db, -page.idleSeconds))
    .whereRaw(NO_LIVE_LEASE);
  if (page.after) query.where('f.media_id', '>', page.after);
  const rows = await query
    .orderBy('f.media_id')
    .limit(page.limit)
    .select('f.media_id', 'f.attempt', db.raw(RESTING));
  return rows.map(toIdle);
}

/** Completed clips that ought to have a job to make them anew, and that nobody works on: those not looked for longest. */
export async function listIdleReencodes(
  db: Knex,
  page: { limit: number; idleSeconds: number },
): Promise<IdleClip[]> {
  const rows = await db('media_files as f')
    .where({ 'f.processing_status': 'completed', 'f.deleted_at': null })
    .where('f.reencode_seen_at', '<', inSeconds(db, -page.idleSeconds))
    .whereRaw(NO_LIVE_LEASE)
    .orderBy('f.reencode_seen_at')
    .limit(page.limit)
    .select('f.media_id', 'f.attempt', db.raw(RESTING));
  return rows.map(toIdle);
}

const NO_LIVE_LEASE = `not exists (select from media_leases l where l.media_id = f.media_id
  and l.expires_at > clock_timestamp())`;

const RESTING = `(select coalesce(json_agg(json_build_object('stage', l.stage, 'seconds',
    extract(epoch from clock_timestamp() - l.expires_at)::int) order by l.stage), '[]')
  from media_leases l where l.media_id = f.media_id and l.attempt = f.attempt) as resting`;

const toIdle = (row: {
  media_id: string;
  attempt: number;
  resting: IdleClip['resting'];
}): IdleClip => ({
  ...{ mediaId: row.media_id, attempt: row.attempt, resting: row.resting },
});

const inSeconds = (db: Knex, seconds: number) =>
  db.raw('clock_timestamp() + make_interval(secs => ?)', [seconds]);
