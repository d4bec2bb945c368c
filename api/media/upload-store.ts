// Where tus writes: the same folder or bucket as storage, so that a worker reads what was sent without a copy.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { FileStore } from '@tus/file-store';
import { S3Store } from '@tus/s3-store';
import { type DataStore, type KvStore, Upload as TusUpload } from '@tus/server';
import type { Knex } from 'knex';

import { uploadKey } from '../../pipeline/media-keys.js';
import type { Config } from '../../pipeline/platform/config.js';
import { s3ClientConfig } from '../../pipeline/storage/s3-storage.js';
import type { Storage } from '../../pipeline/storage/storage.js';
import { findUpload, type Upload } from './upload-queries.js';

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

const PART_BYTES = 8 * 1024 * 1024;
/** No length may be given later: the limit and the free space are checked at creation. */
export const EXTENSIONS = ['creation', 'creation-with-upload', 'termination', 'expiration'];

export function openUploadStore(context: StoreContext): UploadStore {
  const { storage: place } = context.config;
  const tus =
    place.provider === 's3' ? openBucket(context, place) : openFolder(context, place.root);
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
        if (statusOf(error) !== 404 && statusOf(error) !== 410) throw error;
      });
      for (const left of [key, ...sideKeys(uploadId)]) await context.storage.remove(left);
    },
  };
}

/** What the S3 store keeps beside an upload; tus leaves them behind. */
export const sideKeys = (uploadId: string) =>
  ['info', 'part'].map((suffix) => uploadKey(`${uploadId}.${suffix}`));

function openFolder({ config, db }: StoreContext, root: string): DataStore {
  return new FolderStore({
    directory: root,
    configstore: rowsAsNotes(db),
    expirationPeriodInMilliseconds: config.uploads.expirySeconds * 1000,
  });
}

class FolderStore extends FileStore {
  /** The folder may be swept away, being empty, between its making and the file's. */
  override async create(file: TusUpload): Promise<TusUpload> {
    return super.create(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return super.create(file);
    });
  }
}

function openBucket(
  { config }: StoreContext,
  place: Extract<Config['storage'], { provider: 's3' }>,
): DataStore {
  return new S3Store({
    partSize: PART_BYTES,
    useTags: false,
    cache: FORGETFUL,
    expirationPeriodInMilliseconds: config.uploads.expirySeconds * 1000,
    s3ClientConfig: { ...s3ClientConfig(place), bucket: place.bucket },
  });
}

/** tus asks here for an upload's length and age; our row has them, so nothing is written beside the file. */
const rowsAsNotes = (db: Knex): KvStore<TusUpload> => ({
  async get(key) {
    const upload = await findUpload(db, key.slice(key.lastIndexOf('/') + 1));
    if (!upload) return undefined;
    return new TusUpload({
      id: key,
      size: upload.length,
      offset: 0,
      metadata: upload.metadata,
      creation_date: upload.createdAt.toISOString(),
    });
  },
  async set() {},
  async delete() {},
});

/** What one process remembers, another may have changed. */
const FORGETFUL: KvStore<never> = {
  get: async () => undefined,
  set: async () => {},
  delete: async () => {},
};

/** The row will say that the bytes are here: a power cut must not make it lie. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

const statusOf = (error: unknown) => (error as { status_code?: number } | null)?.status_code;
