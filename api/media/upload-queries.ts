// All SQL on uploads: what was announced, until when, and whether it has its last byte.

import type { Knex } from 'knex';

export type UploadMetadata = Readonly<Record<string, string | null>>;

export interface Upload {
  readonly uploadId: string;
  readonly mediaId: string;
  readonly storyId: string;
  readonly ownerId: string;
  readonly length: number;
  /** As the client announced it; never believed. */
  readonly metadata: UploadMetadata;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Its time is over, or its clip was deleted. */
  readonly expired: boolean;
  readonly clipDeleted: boolean;
  readonly finished: boolean;
}

export interface NewUpload extends Pick<Upload, 'uploadId' | 'mediaId' | 'ownerId' | 'length'> {
  readonly metadata: UploadMetadata;
  readonly expirySeconds: number;
}

export async function insertUpload(trx: Knex.Transaction, upload: NewUpload): Promise<void> {
  await trx('uploads').insert({
    upload_id: upload.uploadId,
    media_id: upload.mediaId,
    owner_id: upload.ownerId,
    length: upload.length,
    metadata: JSON.stringify(upload.metadata),
    expires_at: trx.raw('clock_timestamp() + make_interval(secs => ?)', [upload.expirySeconds]),
  });
}

export async function findUpload(db: Knex, uploadId: string): Promise<Upload | undefined> {
  const row = await withMedia(db).where('u.upload_id', uploadId).first();
  return row && toUpload(row);
}

export async function lockUpload(
  trx: Knex.Transaction,
  uploadId: string,
): Promise<Upload | undefined> {
  const row = await withMedia(trx).where('u.upload_id', uploadId).forUpdate('u').first();
  return row && toUpload(row);
}

/** Unfinished ones whose time is over, the oldest first. */
export async function listExpiredUploads(db: Knex, limit: number): Promise<Upload[]> {
  const rows = await withMedia(db)
    .whereNull('u.finished_at')
    .whereRaw('u.expires_at <= clock_timestamp()')
    .orderBy('u.expires_at')
    .limit(limit);
  return rows.map(toUpload);
}

/** Some that nobody is sending right now; in no order, so that over time each has its turn. */
export async function listIdleUploads(db: Knex, limit: number): Promise<Upload[]> {
  const rows = await withMedia(db)
    .whereNull('u.finished_at')
    .whereNull('m.deleted_at')
    .whereRaw('u.expires_at > clock_timestamp()')
    .whereNotExists((locks) =>
      locks
        .from('upload_locks as l')
        .whereRaw('l.upload_id = u.upload_id and l.expires_at > clock_timestamp()'),
    )
    .orderByRaw('random()')
    .limit(limit);
  return rows.map(toUpload);
}

/** Makes unfinished uploads of a clip due: a sweep takes their bytes away. */
export async function endUploadsOf(trx: Knex.Transaction, mediaId: string): Promise<void> {
  await trx('uploads')
    .where({ media_id: mediaId, finished_at: null })
    .update({ expires_at: trx.raw('least(expires_at, clock_timestamp())') });
}

export async function deleteUpload(db: Knex, uploadId: string): Promise<void> {
  await db('uploads').where({ upload_id: uploadId }).delete();
}

interface UploadRow {
  upload_id: string;
  media_id: string;
  story_id: string;
  owner_id: string;
  length: string; // pg returns bigint as text
  metadata: UploadMetadata;
  created_at: Date;
  expires_at: Date;
  finished_at: Date | null;
  expired: boolean;
  clip_deleted: boolean;
}

const withMedia = (db: Knex) =>
  db<UploadRow>('uploads as u')
    .join('media_files as m', 'm.media_id', 'u.media_id')
    .select<UploadRow[]>(
      'u.*',
      'm.story_id',
      db.raw('m.deleted_at is not null as clip_deleted'),
      db.raw('u.expires_at <= clock_timestamp() as expired'),
    );

const toUpload = (row: UploadRow): Upload => ({
  uploadId: row.upload_id,
  mediaId: row.media_id,
  storyId: row.story_id,
  ownerId: row.owner_id,
  length: Number(row.length),
  metadata: row.metadata,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  expired: row.expired || row.clip_deleted,
  clipDeleted: row.clip_deleted,
  finished: row.finished_at !== null,
});
