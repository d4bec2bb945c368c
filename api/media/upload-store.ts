// Where tus writes: the same folder or bucket as storage, so that a worker reads what was sent without a copy.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { FileStore } from '@tus/file-store';
import type { DataStore, Upload as TusUpload } from '@tus/server';
import type { Knex } from 'knex';

import { uploadKey } from '../../pipeline/media-keys.js';
import type { Config } from '../../pipeline/platform/config.js';
import type { Storage } from '../../pipeline/storage/storage.js';
import { BucketUploadStore } from './bucket-upload-store.js';
import { notesInRows } from './upload-notes.js';
import type { Upload } from './upload-queries.js';

export interface UploadStore {
  /** What tus is given; it knows an upload by its key. */
  readonly tus: DataStore;
  /** Makes a complete upload one lasting object. False where bytes are missing. */
  seal(upload: Pick<Upload, 'uploadId' | 'length'>): Promise<boolean>;
  /** Takes away whatever has arrived; what is not there is fine. */
  discard(uploadId: string): Promise<void>;
}

interface StoreContext {
  readonly config: Pick<Config, 'storage' | 'uploads'>;
  readonly db: Knex;
  readonly storage: Pick<Storage, 'head' | 'remove'>;
}

/** No length may be given later: the limit and the free space are checked at creation. */
export const EXTENSIONS = ['creation', 'creation-with-upload', 'termination', 'expiration'];

export function openUploadStore(context: StoreContext): UploadStore {
  const { storage: place, uploads } = context.config;
  const { expirySeconds } = uploads;
  const tus =
    place.provider === 's3'
      ? new BucketUploadStore(context.db, place, expirySeconds)
      : new FolderStore({
          directory: place.root,
          configstore: notesInRows(context.db),
          expirationPeriodInMilliseconds: expirySeconds * 1000,
        });
  tus.extensions = EXTENSIONS;
  return {
    tus,
    async seal({ uploadId, length }) {
      const key = uploadKey(uploadId);
      if ((await context.storage.head(key))?.size !== length) {
        const { offset } = await tus.getUpload(key);
        if (offset !== length || place.provider === 'disk') return false;
        // Every part is there, but whoever sent the last one died before it put them together.
        await tus.write(Readable.from([]), key, length);
      }
      if (place.provider === 'disk') await syncFile(join(place.root, key));
      return true;
    },
    async discard(uploadId) {
      const key = uploadKey(uploadId);
      await tus.remove(key).catch((error: unknown) => {
        if (!isHarmless(error)) throw error;
      });
      for (const left of [key, sideKey(uploadId)]) await context.storage.remove(left);
    },
  };
}

/** The S3 store keeps what is too small for a part of its own beside an upload. */
export const sideKey = (uploadId: string) => uploadKey(`${uploadId}.part`);

class FolderStore extends FileStore {
  /** The folder may be swept away, being empty, between its making and the file's. */
  override async create(file: TusUpload): Promise<TusUpload> {
    return super.create(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return super.create(file);
    });
  }
}

/** The row will say that the bytes are here: a power cut must not make it lie. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** There is nothing to take away, or the server has no word for giving parts up: then they go by its own rules. */
function isHarmless(error: unknown): boolean {
  const { status_code: status, name } = (error ?? {}) as { status_code?: number; name?: string };
  return status === 404 || status === 410 || name === 'MethodNotAllowed';
}
