import type { StorageConfig } from '../platform/config.js';
import { DiskStorage } from './disk-storage.js';
import { S3Storage } from './s3-storage.js';
import type { Storage } from './storage.js';

/** The storage that the settings name. */
export function openStorage(config: StorageConfig): Promise<Storage> {
  return config.provider === 's3'
    ? Promise.resolve(new S3Storage(config))
    : new DiskStorage(config.root).open();
}
