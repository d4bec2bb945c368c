import { type KvStore, Upload as TusUpload } from '@tus/server';
import type { Knex } from 'knex';

import { findUpload } from './upload-queries.js';

/** tus calls an upload by its key. */
export const uploadIdOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** What tus would note beside the bytes, length and age, is in our row; undefined where there is none. */
export async function readNotes(db: Knex, key: string): Promise<TusUpload | undefined> {
  const upload = await findUpload(db, uploadIdOf(key));
  if (!upload) return undefined;
  return new TusUpload({
    id: key,
    size: upload.length,
    offset: 0,
    metadata: upload.metadata,
    creation_date: upload.createdAt.toISOString(),
  });
}

export const notesInRows = (db: Knex): KvStore<TusUpload> => ({
  get: (key) => readNotes(db, key),
  async set() {},
  async delete() {},
});
