// The moves of a clip's row. Each is one guarded update: it happens from the state it is allowed in, or not at all.

import type { Knex } from 'knex';

import type { MediaMetadata, Stage } from './media-file.js';
import { revisionPrefix } from './media-keys.js';
import type { Lease } from './media-lease-queries.js';
import { queueRemoval } from './object-removal-queries.js';
import { nextRank } from './queue-rank-queries.js';
import { UNDER_WAY } from './reencode-queries.js';

/** Marks the upload finished and queues the clip. @returns the attempt, or null where that was done before */
export async function queueUploaded(
  trx: Knex.Transaction,
  mediaId: string,
): Promise<number | null> {
  await trx('uploads')
    .where({ media_id: mediaId, finished_at: null })
    .update({ finished_at: trx.fn.now() });
  return move(trx, { mediaId, attempt: 0 }, `processing_status = 'pending'`, {
    attempt: 1,
    queue_rank: nextRank(trx),
    metadata: merge(trx, { stage: 'queued', percent: 0 }),
  });
}

/** A new attempt for a clip whose job was lost. @returns it, or null where the clip has moved on */
export function requeueLost(db: Knex, mediaId: string, attempt: number): Promise<number | null> {
  return move(db, { mediaId, attempt }, `${UNFINISHED} and not exists (${LIVE_LEASE})`, {
    attempt: db.raw('attempt + 1'),
    processing_status: 'pending',
    metadata: merge(db, { stage: 'queued', percent: 0 }),
  });
}

/** A new attempt for a failed clip, with a clean count of starts. */
export function requeueFailed(db: Knex, mediaId: string, attempt: number): Promise<number | null> {
  return move(db, { mediaId, attempt }, `processing_status = 'failed'`, {
    attempt: db.raw('attempt + 1'),
    queue_rank: nextRank(db),
    starts: 0,
    cancel_requested: false,
    processing_status: 'pending',
    metadata: db.raw(`(metadata - 'error') || ?::jsonb`, [
      JSON.stringify({ stage: 'queued', percent: 0 }),
    ]),
  });
}

/** A new attempt for a completed clip, with another track of sound; its revision stays until the next is named. */
export function requeueWithSound(
  db: Knex,
  mediaId: string,
  attempt: number,
  track: number | null,
): Promise<number | null> {
  return move(db, { mediaId, attempt }, `processing_status = 'completed'`, {
    attempt: db.raw('attempt + 1'),
    queue_rank: nextRank(db),
    starts: 0,
    cancel_requested: false,
    processing_status: 'pending',
    reencode_seen_at: null,
    metadata: merge(db, { stage: 'queued', percent: 0, audio_track: track }),
  });
}

export interface AdmittedFacts {
  readonly originalKey: string;
  readonly mimeType: string;
  readonly durationMs: number;
  readonly width: number;
  readonly height: number;
  readonly source: MediaMetadata['source'];
  /** SHA-256 of the source. */
  readonly digest: Buffer;
}

export async function saveAdmitted(db: Knex, lease: Lease, facts: AdmittedFacts): Promise<boolean> {
  const attempt = await moveHeld(db, lease, {
    processing_status: 'processing',
    original_key: facts.originalKey,
    file_path: facts.originalKey,
    mime_type: facts.mimeType,
    duration: wholeSeconds(facts.durationMs),
    width: facts.width,
    height: facts.height,
    source_sha256: facts.digest,
    metadata: merge(db, { duration_ms: facts.durationMs, source: facts.source }),
  });
  return attempt !== null;
}

/** Never goes back within an attempt; leaves `updated_at` alone, so that the update stays cheap. */
export async function saveProgress(
  db: Knex,
  lease: Lease,
  { stage, percent }: { stage: Stage; percent: number },
): Promise<boolean> {
  const attempt = await moveHeld(db, lease, {
    updated_at: db.raw('updated_at'),
    metadata: db.raw(
      `metadata || jsonb_build_object('stage', ?::text, 'percent',
         greatest(?::int, coalesce((metadata->>'percent')::int, 0)))`,
      [stage, percent],
    ),
  });
  return attempt !== null;
}

/** Names the stills at once: a poster is the first thing that a maker sees. */
export async function saveStills(
  db: Knex,
  lease: Lease,
  patch: Pick<MediaMetadata, 'poster' | 'placeholder' | 'stills_revision'>,
  thumbnailKey: string | null,
): Promise<boolean> {
  const attempt = await moveHeld(db, lease, {
    thumbnail_url: thumbnailKey,
    metadata: merge(db, patch),
  });
  return attempt !== null;
}

/** Names what can be played before the rest is there; never in the place of what was published. */
export async function saveEarly(
  trx: Knex.Transaction,
  lease: Lease,
  revision: string,
  patch: Pick<MediaMetadata, 'playlist' | 'renditions' | 'duration_ms'>,
): Promise<boolean> {
  const attempt = await moveHeld(
    trx,
    lease,
    { revision, metadata: merge(trx, { ...patch, playable: true, early_revision: revision }) },
    'revision is null and not cancel_requested',
  );
  return attempt !== null;
}

export async function saveCompleted(
  trx: Knex.Transaction,
  file: {
    mediaId: string;
    attempt: number;
    revision: string;
    profile: number;
    durationMs: number;
    /** Of the captions that the revision carries, 0 for none. */
    captionsVersion: number;
  },
  patch: Partial<MediaMetadata>,
): Promise<boolean> {
  const attempt = await move(trx, file, UNDER_WAY, {
    processing_status: 'completed',
    revision: file.revision,
    encode_profile: file.profile,
    duration: wholeSeconds(file.durationMs),
    starts: 0,
    captions_published: file.captionsVersion,
    captions_tries: 0,
    captions_queued_at: trx.fn.now(),
    reencode_seen_at: null,
    reencode_error: null,
    metadata: trx.raw(`(metadata - 'early_revision' - 'parts') || ?::jsonb`, [
      JSON.stringify(patch),
    ]),
  });
  return attempt !== null;
}

/**
 * Fails an unfinished clip, in the attempt given; with a lease, only while that is the newest. What was playable
 * early goes; what was published whole stays.
 */
export function saveFailed(
  db: Knex,
  run: Lease | { mediaId: string; attempt: number },
  error: { code: string; message: string },
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const changes = { processing_status: 'failed', metadata: merge(trx, { error }) };
    const attempt = await ('token' in run
      ? moveHeld(trx, run, changes)
      : move(trx, run, UNFINISHED, changes));
    if (attempt === null) return false;
    await takeBackEarly(trx, run.mediaId);
    return true;
  });
}

async function takeBackEarly(trx: Knex.Transaction, mediaId: string): Promise<void> {
  const { rows } = await trx.raw(
    `update media_files f set revision = null, metadata = (f.metadata - 'early_revision' - 'playlist' - 'renditions') || '{"playable": false}'
     from (select revision from media_files where media_id = ?) early
     where f.media_id = ? and f.revision = f.metadata->>'early_revision'
     returning early.revision`,
    [mediaId, mediaId],
  );
  for (const { revision } of rows) {
    await queueRemoval(trx, { prefix: revisionPrefix(mediaId, revision) });
  }
}

export async function saveCancelRequested(
  db: Knex,
  file: { mediaId: string; attempt: number },
): Promise<boolean> {
  return (await move(db, file, UNFINISHED, { cancel_requested: true })) !== null;
}

const UNFINISHED = `processing_status in ('pending', 'processing')`;
const LIVE_LEASE = `select from media_leases l where l.media_id = media_files.media_id
  and l.expires_at > clock_timestamp()`;

/** A move by the run that holds the lease; null where that is another by now. */
export const moveHeld = (db: Knex, lease: Lease, changes: object, guard = 'true') =>
  move(
    db,
    lease,
    `${UNFINISHED} and ${guard} and exists (select from media_leases l where l.media_id = media_files.media_id
       and l.stage = ? and l.attempt = ? and l.token = ?)`,
    changes,
    [lease.stage, lease.attempt, lease.token],
  );

async function move(
  db: Knex,
  { mediaId, attempt }: { mediaId: string; attempt: number },
  guard: string,
  changes: object,
  bindings: readonly (string | number)[] = [],
): Promise<number | null> {
  const [row] = await db('media_files')
    .where({ media_id: mediaId, attempt, deleted_at: null })
    .whereRaw(guard, [...bindings])
    .update({ updated_at: db.fn.now(), ...changes, version: db.raw('version + 1') })
    .returning('attempt');
  return row ? Number(row.attempt) : null;
}

const merge = (
  db: Knex,
  patch: { [key in keyof MediaMetadata]?: MediaMetadata[key] | undefined },
) => db.raw(`coalesce(metadata, '{}') || ?::jsonb`, [JSON.stringify(patch)]);

const wholeSeconds = (milliseconds: number) => Math.max(1, Math.round(milliseconds / 1000));
