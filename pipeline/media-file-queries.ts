// Reads media files, puts them in and takes them out. The moves of a clip are in media-move-queries.ts.

import type { Knex } from 'knex';

import { type MediaFile, type MediaStatus, mediaMetadata } from './media-file.js';
import { clipPrefix } from './media-keys.js';
import { queueRemoval } from './object-removal-queries.js';
import { keepPlan } from './platform/keep-plan.js';
import type { Sql } from './platform/sql.js';

export interface NewMediaFile {
  readonly mediaId: string;
  readonly storyId: string;
  readonly ownerId: string;
  readonly filename: string;
  readonly filePath: string;
  readonly fileSize: number;
  readonly mimeType: string;
  /** The maker's choice among the tracks of sound, where one was made. */
  readonly audioTrack?: number | undefined;
}

/** A clip whose upload has just begun: pending, stage `uploading`, attempt 0. */
export async function insertMediaFile(db: Knex, file: NewMediaFile): Promise<void> {
  await db('media_files').insert({
    media_id: file.mediaId,
    story_id: file.storyId,
    owner_id: file.ownerId,
    file_type: 'video',
    original_filename: file.filename,
    file_path: file.filePath,
    file_size: file.fileSize,
    mime_type: file.mimeType,
    metadata: JSON.stringify(mediaMetadata.parse({ audio_track: file.audioTrack })),
  });
}

/** Undefined where there is none, or where it was deleted. */
export async function getMediaFile(db: Knex, mediaId: string): Promise<MediaFile | undefined> {
  const row = await present(db).where({ media_id: mediaId }).first();
  return row && toMediaFile(row);
}

export async function lockMediaFile(
  trx: Knex.Transaction,
  mediaId: string,
): Promise<MediaFile | undefined> {
  const row = await present(trx).where({ media_id: mediaId }).forNoKeyUpdate().first();
  return row && toMediaFile(row);
}

/** In no order; what is deleted is left out. */
export async function listMediaFiles(db: Knex, mediaIds: readonly string[]): Promise<MediaFile[]> {
  const rows = await present(db)
    .whereRaw('media_id = any(?::uuid[])', [[...mediaIds]])
    .select(...COLUMNS)
    .options(keepPlan('list media files'));
  return rows.map(toMediaFile);
}

/** In no order; what is deleted is left out. */
export async function listMediaFilesOfStories(
  sql: Sql,
  storyIds: readonly string[],
): Promise<MediaFile[]> {
  const { rows } = await sql.raw<MediaFileRow>(OF_STORIES, [[...storyIds]]);
  return rows.map(toMediaFile);
}

/** Newest first. */
export async function listMediaFilesOfOwner(
  db: Knex,
  ownerId: string,
  page: { limit: number; offset: number },
): Promise<MediaFile[]> {
  const rows = await present(db)
    .where({ owner_id: ownerId })
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'media_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset);
  return rows.map(toMediaFile);
}

export async function countMediaFilesOfOwner(db: Knex, ownerId: string): Promise<number> {
  const row = await present(db).where({ owner_id: ownerId }).count('* as total').first();
  return Number((row as { total?: string } | undefined)?.total ?? 0);
}

/** Soft-deletes the row and queues everything it has in storage for removal. False where it was gone. */
export async function deleteMediaFile(trx: Knex.Transaction, mediaId: string): Promise<boolean> {
  const [row] = await trx<MediaFileRow>('media_files')
    .where({ media_id: mediaId, deleted_at: null })
    .update({
      deleted_at: trx.fn.now(),
      updated_at: trx.fn.now(),
      version: trx.raw('version + 1') as never,
    })
    .returning('file_path');
  if (!row) return false;
  await trx('captions').where({ media_id: mediaId }).delete();
  await queueRemoval(trx, { prefix: clipPrefix(mediaId) });
  await queueRemoval(trx, { key: row.file_path });
  return true;
}

export interface MediaFileRow {
  media_id: string;
  story_id: string | null;
  owner_id: string;
  original_filename: string;
  file_path: string;
  file_size: string; // pg returns bigint as text
  mime_type: string;
  duration: number | null;
  width: number | null;
  height: number | null;
  thumbnail_url: string | null;
  processing_status: MediaStatus;
  metadata: unknown;
  attempt: number;
  starts: number;
  queue_rank: number;
  revision: string | null;
  captions_version: number;
  captions_published: number;
  original_key: string | null;
  cancel_requested: boolean;
  reencode_seen_at: Date | null;
  version: string;
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** All that `toMediaFile` reads. */
const COLUMNS = [
  ...['media_id', 'story_id', 'owner_id', 'original_filename', 'file_path', 'file_size'],
  ...['mime_type', 'duration', 'width', 'height', 'thumbnail_url', 'processing_status'],
  ...['metadata', 'attempt', 'starts', 'queue_rank', 'revision', 'captions_version'],
  ...['captions_published', 'original_key', 'cancel_requested', 'reencode_seen_at', 'version'],
  ...['created_at', 'updated_at'],
] as (keyof MediaFileRow)[];

const OF_STORIES = `select ${COLUMNS.join(', ')} from media_files
  where story_id = any(?::uuid[]) and deleted_at is null`;

const present = (db: Knex) => db<MediaFileRow>('media_files').where({ deleted_at: null });

export const toMediaFile = (row: MediaFileRow): MediaFile => ({
  mediaId: row.media_id,
  storyId: row.story_id,
  ownerId: row.owner_id,
  filename: row.original_filename,
  filePath: row.file_path,
  fileSize: Number(row.file_size),
  mimeType: row.mime_type,
  duration: row.duration,
  width: row.width,
  height: row.height,
  thumbnailKey: row.thumbnail_url,
  status: row.processing_status,
  metadata: mediaMetadata.parse(row.metadata ?? {}),
  attempt: row.attempt,
  starts: row.starts,
  queueRank: row.queue_rank,
  revision: row.revision,
  captionsVersion: row.captions_version,
  captionsPublished: row.captions_published,
  originalKey: row.original_key,
  cancelRequested: row.cancel_requested,
  reencoding: row.processing_status === 'completed' && row.reencode_seen_at !== null,
  version: Number(row.version),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
