// A sweep: uploads past their time, and those whose clip was removed, leave nothing behind.

import type { Context } from '../context.js';
import { endUpload } from './end-upload.js';
import { dropStaleLocks } from './upload-lock-queries.js';
import { UploadLocker } from './upload-locker.js';
import { listExpiredUploads } from './upload-queries.js';
import type { UploadStore } from './upload-store.js';

const AT_ONCE = 100;

/**
 * Safe in several processes at once.
 * @returns how many were ended
 */
export async function expireUploads(
  context: Pick<Context, 'db' | 'mediaEvents' | 'log'>,
  store: Pick<UploadStore, 'discard'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const locker = new UploadLocker(context, { waitMs: 3_000 });
  let ended = 0;
  for (const upload of await listExpiredUploads(context.db, AT_ONCE)) {
    if (signal.aborted) break;
    const lock = locker.newLock(upload.uploadId);
    try {
      await lock.lock(signal, () => {});
    } catch {
      continue; // Somebody is writing still, and was asked to stop: the next sweep finds it.
    }
    try {
      if (await endUpload(context, store, upload)) ended += 1;
    } catch (err) {
      context.log.warn({ err, uploadId: upload.uploadId }, 'upload not ended');
    } finally {
      await lock.unlock();
    }
  }
  await dropStaleLocks(context.db);
  return ended;
}
