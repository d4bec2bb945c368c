// Reads pictures, puts them in and takes them out. The moves of a run are in image-run-queries.ts.

import type { Knex } from 'knex';

import { type Image, type ImageSlot, type ImageStatus, imageSourceKey } from './image.js';
import { queueRemoval } from './object-removal-queries.js';
import type { Sql } from './platform/sql.js';

export interface NewImage extends ImageSlot {
  readonly imageId: string;
  readonly fileSize: number;
}

/** Pending, in its first attempt. What was under way in its slot, or failed, is given up; what is shown stays. */
export async function insertImage(trx: Knex.Transaction, image: NewImage): Promise<void> {
  const { imageId, ownerId, purpose, storyId, section, fileSize } = image;
  // Whoever changes the pictures of one owner takes turns.
  await trx('users').where({ user_id: ownerId }).forNoKeyUpdate().first('user_id');
  const former: ImageRow[] = await inSlot(trx, image).whereNot({ status: 'completed' });
  for (const row of former) await dropImage(trx, row);
  await trx('images').insert({
    image_id: imageId,
    owner_id: ownerId,
    purpose,
    story_id: storyId,
    section,
    source_key: imageSourceKey(imageId),
    file_size: fileSize,
  });
}

/** Undefined where there is none, or where it was deleted. */
export async function getImage(db: Knex, imageId: string): Promise<Image | undefined> {
  const row = await present(db).where({ image_id: imageId }).first();
  return row && toImage(row);
}

/** The pictures that are ready, of all these stories. */
export async function listPicturesOfStories(
  sql: Sql,
  storyIds: readonly string[],
): Promise<Image[]> {
  const { rows } = await sql.raw<ImageRow>(OF_STORIES, [[...storyIds]]);
  return rows.map(toImage);
}

/** Takes a picture away, from the profile too. @returns false where it was gone already */
export async function deleteImage(trx: Knex.Transaction, imageId: string): Promise<boolean> {
  const row = await present(trx).where({ image_id: imageId }).forUpdate().first();
  if (!row) return false;
  await dropImage(trx, row);
  if (row.purpose === 'avatar' && row.prefix) {
    await trx('user_profiles')
      .where({ user_id: row.owner_id })
      .whereRaw('starts_with(avatar_url, ?)', [row.prefix])
      .update({ avatar_url: null, updated_at: trx.fn.now() });
  }
  return true;
}

export async function deleteImagesOfStory(trx: Knex.Transaction, storyId: string): Promise<void> {
  const rows = await present(trx).where({ story_id: storyId }).forUpdate();
  for (const row of rows) await dropImage(trx, row);
}

/** The pictures that a newer one takes the place of. @param graceSeconds how long pages may still show them */
export async function dropFormerImages(
  trx: Knex.Transaction,
  image: ImageSlot & { readonly imageId: string },
  graceSeconds: number,
): Promise<void> {
  const rows: ImageRow[] = await inSlot(trx, image)
    .where({ status: 'completed' })
    .whereNot({ image_id: image.imageId });
  for (const row of rows) await dropImage(trx, row, graceSeconds);
}

/** Whether the edge may still serve a picture to who holds its address. */
export async function isImageServed(db: Knex, imageId: string): Promise<boolean> {
  const row = await db('images as i')
    .join('users as u', 'u.user_id', 'i.owner_id')
    .leftJoin('stories as s', 's.story_id', 'i.story_id')
    .where({ 'i.image_id': imageId, 'i.deleted_at': null })
    .where({ 'u.status': 'active', 'u.deleted_at': null })
    .where({ 's.deleted_at': null, 's.taken_down_at': null })
    .first(db.raw('1'));
  return row !== undefined;
}

async function dropImage(trx: Knex.Transaction, row: ImageRow, graceSeconds = 0): Promise<void> {
  await trx('images')
    .where({ image_id: row.image_id })
    .update({
      deleted_at: trx.fn.now(),
      updated_at: trx.fn.now(),
      version: trx.raw('version + 1'),
    });
  if (row.prefix) await queueRemoval(trx, { prefix: row.prefix }, graceSeconds);
  else await queueRemoval(trx, { key: row.source_key });
}

export interface ImageRow {
  image_id: string;
  owner_id: string;
  purpose: Image['purpose'];
  story_id: string | null;
  section: string | null;
  status: ImageStatus;
  source_key: string;
  file_size: string; // pg returns bigint as text
  attempt: number;
  starts: number;
  token: string;
  prefix: string | null;
  sizes: Image['sizes'];
  placeholder: string | null;
  error_code: string | null;
  error_message: string | null;
  created_at: Date;
}

/** All that `toImage` reads. */
const COLUMNS = [
  ...['image_id', 'owner_id', 'purpose', 'story_id', 'section', 'status', 'source_key'],
  ...['file_size', 'attempt', 'starts', 'sizes', 'placeholder', 'error_code', 'error_message'],
  'created_at',
] as (keyof ImageRow)[];

const OF_STORIES = `select ${COLUMNS.join(', ')} from images
  where story_id = any(?::uuid[]) and status = 'completed' and deleted_at is null`;

const present = (db: Knex) => db<ImageRow>('images').where({ deleted_at: null } as object);

const inSlot = (trx: Knex.Transaction, { ownerId, purpose, storyId, section }: ImageSlot) =>
  trx('images')
    .where({ owner_id: ownerId, purpose, deleted_at: null })
    .where({ story_id: storyId, section })
    .forUpdate()
    .select<ImageRow[]>('*');

export const toImage = (row: ImageRow): Image => ({
  imageId: row.image_id,
  ownerId: row.owner_id,
  purpose: row.purpose,
  storyId: row.story_id,
  section: row.section,
  status: row.status,
  attempt: row.attempt,
  sourceKey: row.source_key,
  fileSize: Number(row.file_size),
  sizes: row.sizes,
  placeholder: row.placeholder,
  error: row.error_code ? { code: row.error_code, message: row.error_message ?? '' } : null,
  createdAt: row.created_at,
});
