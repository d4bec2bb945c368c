// Making completed clips anew, as rows: such a clip stays completed, and visible, whatever becomes of the new revision.

import type { Knex } from 'knex';

import { ENCODE_PROFILE } from './encode-profile.js';
import type { MediaFault } from './media-fault.js';
import type { Lease } from './media-lease-queries.js';
import { LAST_RANK } from './queue-rank-queries.js';

/** Behind every clip that a maker waits for. */
export const REENCODE_RANK = LAST_RANK + 1;

const REENCODING = `processing_status = 'completed' and reencode_seen_at is not null`;
/** Rows that jobs may work on. */
export const UNDER_WAY = `(processing_status in ('pending', 'processing') or ${REENCODING})`;

/** Wants a completed clip anew. @returns the attempt, or null where it has moved on or is wanted already */
export function wantReencode(db: Knex, clip: Attempt): Promise<number | null> {
  return move(db, clip, `processing_status = 'completed' and reencode_seen_at is null`, {
    attempt: db.raw('attempt + 1'),
    queue_rank: REENCODE_RANK,
    starts: 0,
    reencode_seen_at: now(db),
    reencode_error: null,
  });
}

/** A new attempt where the job was lost. @returns it, or null where the clip has moved on */
export function requeueLostReencode(db: Knex, clip: Attempt): Promise<number | null> {
  const idle = `${REENCODING} and not exists (select from media_leases l
    where l.media_id = media_files.media_id and l.expires_at > clock_timestamp())`;
  return move(db, clip, idle, { attempt: db.raw('attempt + 1'), reencode_seen_at: now(db) });
}

/** Their jobs are where they belong: others are looked for first, the next time. */
export async function markReencodesSeen(db: Knex, mediaIds: readonly string[]): Promise<void> {
  await db('media_files')
    .whereIn('media_id', mediaIds)
    .whereRaw(REENCODING)
    .update({ reencode_seen_at: now(db) });
}

/** Gives up, with the reason; with a lease, only while that is the newest. @returns false for any other clip */
export async function saveReencodeFailed(
  db: Knex,
  run: Lease | Attempt,
  { code, message }: MediaFault,
): Promise<boolean> {
  const held =
    'token' in run
      ? db.raw(
          `exists (select from media_leases l where l.media_id = media_files.media_id
             and l.stage = ? and l.attempt = ? and l.token = ?)`,
          [run.stage, run.attempt, run.token],
        )
      : db.raw('true');
  const attempt = await move(db, run, db.raw('? and ?', [db.raw(REENCODING), held]), {
    starts: 0,
    reencode_seen_at: null,
    reencode_error: JSON.stringify({ code, message, profile: ENCODE_PROFILE }),
  });
  return attempt !== null;
}

export interface ReencodeQuery {
  /** Published with a lower profile than this, or before profiles were noted. */
  readonly profileBelow: number;
  /** Those too whose last re-encode failed with the present profile. */
  readonly failedToo: boolean;
}

export async function countReencodable(db: Knex, query: ReencodeQuery): Promise<number> {
  const row = await reencodable(db, query).count('* as total').first();
  return Number((row as { total?: string } | undefined)?.total ?? 0);
}

/** By id. */
export async function listReencodable(
  db: Knex,
  query: ReencodeQuery & { after: string | null; limit: number },
): Promise<string[]> {
  const { after, limit } = query;
  const page = reencodable(db, query).orderBy('media_id').limit(limit);
  if (after) page.where('media_id', '>', after);
  return page.pluck('media_id');
}

export interface ReencodeCounts {
  /** Those that run too. */
  readonly waiting: number;
  /** Still visible as they were; no new revision is on its way. */
  readonly failed: number;
}

export async function countReencodes(db: Knex): Promise<ReencodeCounts> {
  const { rows } = await db.raw(
    `select
       (select count(*) from media_files where ${REENCODING} and deleted_at is null)::int as waiting,
       (select count(*) from media_files
         where reencode_error is not null and deleted_at is null)::int as failed`,
  );
  return rows[0];
}

export interface FailedReencode extends MediaFault {
  readonly mediaId: string;
}

export async function listFailedReencodes(db: Knex, limit: number): Promise<FailedReencode[]> {
  const rows = await db('media_files')
    .whereNotNull('reencode_error')
    .whereNull('deleted_at')
    .orderBy('media_id')
    .limit(limit)
    .select('media_id', 'reencode_error');
  return rows.map(({ media_id, reencode_error: { code, message } }) => ({
    ...{ mediaId: media_id, code, message },
  }));
}

interface Attempt {
  readonly mediaId: string;
  readonly attempt: number;
}

const reencodable = (db: Knex, { profileBelow, failedToo }: ReencodeQuery) => {
  const query = db('media_files')
    .where({ processing_status: 'completed', deleted_at: null, reencode_seen_at: null })
    .whereNotNull('revision')
    .whereRaw('coalesce(encode_profile, 0) < ?', [profileBelow]);
  return failedToo
    ? query
    : query.whereRaw(`coalesce((reencode_error->>'profile')::int, 0) < ?`, [ENCODE_PROFILE]);
};

async function move(
  db: Knex,
  { mediaId, attempt }: Attempt,
  guard: string | Knex.Raw,
  changes: object,
): Promise<number | null> {
  const [row] = await db('media_files')
    .where({ media_id: mediaId, attempt, deleted_at: null })
    .whereRaw(typeof guard === 'string' ? db.raw(guard) : guard)
    .update({ ...changes, version: db.raw('version + 1') })
    .returning('attempt');
  return row ? Number(row.attempt) : null;
}

const now = (db: Knex) => db.raw('clock_timestamp()');
