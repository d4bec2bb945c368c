// Captions as rows, and the moves of a clip's row that concern them. The worker publishes what the rows say.

import type { Knex } from 'knex';

import type { CaptionRepair } from './captions-notes.js';
import type { MediaFile, MediaMetadata } from './media-file.js';

export interface CaptionRow {
  readonly language: string;
  readonly label: string;
  /** Checked WebVTT. */
  readonly content: string;
  readonly cues: number;
  readonly repairs: readonly CaptionRepair[];
  /** The clip's `captionsVersion` as this was last changed. */
  readonly version: number;
  readonly updatedAt: Date;
}

export interface WrittenCaption {
  readonly language: string;
  readonly label: string;
  readonly content: string;
  readonly cues: number;
  readonly repairs: readonly CaptionRepair[];
}

/** By language. */
export async function listCaptions(db: Knex, mediaId: string): Promise<CaptionRow[]> {
  const rows = await db('captions').where({ media_id: mediaId }).orderBy('language');
  return rows.map(toCaption);
}

export async function getCaption(
  db: Knex,
  mediaId: string,
  language: string,
): Promise<CaptionRow | undefined> {
  const row = await db('captions').where({ media_id: mediaId, language }).first();
  return row && toCaption(row);
}

/** Call with the media file's row locked. @returns false where nothing would change */
export async function putCaption(
  trx: Knex.Transaction,
  { mediaId, captionsVersion }: Pick<MediaFile, 'mediaId' | 'captionsVersion'>,
  { repairs, ...caption }: WrittenCaption,
): Promise<boolean> {
  const version = captionsVersion + 1;
  const now = trx.fn.now();
  const row = { ...caption, repairs: JSON.stringify(repairs), version, updated_at: now };
  const written = await trx('captions')
    .insert({ media_id: mediaId, ...row })
    .onConflict(['media_id', 'language'])
    .merge(row)
    .whereRaw('(captions.content, captions.label) is distinct from (?, ?)', [
      caption.content,
      caption.label,
    ])
    .returning('version');
  if (written.length === 0) return false;
  await wantVersion(trx, mediaId, version);
  return true;
}

/** Call with the media file's row locked. @returns false where there is none */
export async function deleteCaption(
  trx: Knex.Transaction,
  { mediaId, captionsVersion }: Pick<MediaFile, 'mediaId' | 'captionsVersion'>,
  language: string,
): Promise<boolean> {
  if ((await trx('captions').where({ media_id: mediaId, language }).delete()) === 0) return false;
  await wantVersion(trx, mediaId, captionsVersion + 1);
  return true;
}

const wantVersion = (trx: Knex.Transaction, mediaId: string, version: number) =>
  trx('media_files')
    .where({ media_id: mediaId })
    .update({
      captions_version: version,
      captions_tries: 0,
      captions_queued_at: trx.fn.now(),
      updated_at: trx.fn.now(),
      version: trx.raw('version + 1'),
    });

/** The one change that a captions job makes: call with the row locked and compared. */
export async function savePublishedCaptions(
  trx: Knex.Transaction,
  mediaId: string,
  {
    version,
    revision,
    patch,
  }: {
    version: number;
    /** Null where the revision stays. */
    revision: string | null;
    patch: Partial<MediaMetadata>;
  },
): Promise<void> {
  await trx('media_files')
    .where({ media_id: mediaId })
    .update({
      captions_published: version,
      captions_tries: 0,
      ...(revision && { revision }),
      metadata: trx.raw('metadata || ?::jsonb', [JSON.stringify(patch)]),
      updated_at: trx.fn.now(),
      version: trx.raw('version + 1'),
    });
}

/** What the next try of a clip's captions job is made of. */
export interface CaptionsTry {
  readonly mediaId: string;
  readonly attempt: number;
  readonly version: number;
  readonly tries: number;
}

/** Completed clips whose captions ought to be published by now, by id. The wait doubles with every try. */
export async function listUnpublishedCaptions(
  db: Knex,
  page: { after: string | null; limit: number; idleSeconds: number },
): Promise<CaptionsTry[]> {
  const query = due(db).whereRaw(
    `coalesce(captions_queued_at, updated_at) + make_interval(
       secs => least(? * power(2, least(captions_tries, 20)), ?)) <= clock_timestamp()`,
    [page.idleSeconds, MOST_IDLE_SECONDS],
  );
  if (page.after) query.where('media_id', '>', page.after);
  return (await query.orderBy('media_id').limit(page.limit).select(TRY)).map(toTry);
}

/** A new try, for a job that was lost or failed. @returns null where the clip has moved on */
export async function requeueCaptions(db: Knex, last: CaptionsTry): Promise<CaptionsTry | null> {
  const [row] = await due(db)
    .where({
      media_id: last.mediaId,
      attempt: last.attempt,
      captions_version: last.version,
      captions_tries: last.tries,
    })
    .update({ captions_tries: last.tries + 1, captions_queued_at: db.fn.now() })
    .returning(TRY);
  return row ? toTry(row) : null;
}

/** Null where there is nothing to publish, or not yet. */
export async function getCaptionsTry(db: Knex, mediaId: string): Promise<CaptionsTry | null> {
  const row = await due(db).where({ media_id: mediaId }).first(TRY);
  return row ? toTry(row) : null;
}

const MOST_IDLE_SECONDS = 3600;
const TRY = ['media_id', 'attempt', 'captions_version', 'captions_tries'];

const due = (db: Knex) =>
  db('media_files')
    .where({ processing_status: 'completed', deleted_at: null })
    .whereRaw('captions_published <> captions_version');

const toTry = (row: Record<string, unknown>): CaptionsTry => ({
  mediaId: String(row.media_id),
  attempt: Number(row.attempt),
  version: Number(row.captions_version),
  tries: Number(row.captions_tries),
});

const toCaption = (row: {
  language: string;
  label: string;
  content: string;
  cues: number;
  repairs: CaptionRepair[];
  version: number;
  updated_at: Date;
}): CaptionRow => ({
  language: row.language,
  label: row.label,
  content: row.content,
  cues: row.cues,
  repairs: row.repairs,
  version: row.version,
  updatedAt: row.updated_at,
});
