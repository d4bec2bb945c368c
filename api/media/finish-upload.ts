// The end of an upload: its clip goes on its way, and takes the place of the one it replaces. Doing it twice changes nothing.

import { enqueueClip } from '../../pipeline/enqueue-clip.js';
import { queueUploaded } from '../../pipeline/media-move-queries.js';
import { queueRemoval } from '../../pipeline/object-removal-queries.js';
import type { Context } from '../context.js';
import { settleReplacement } from '../stories/carousel.js';
import { deleteClip } from './delete-clip.js';
import { listIdleUploads, lockUpload, type Upload } from './upload-queries.js';
import { sideKey, type UploadStore } from './upload-store.js';

type Outlets = Pick<Context, 'db' | 'queues' | 'mediaEvents' | 'log'>;

/** @returns whether all bytes are there; without them nothing is done */
export async function finishUpload(
  context: Outlets,
  store: Pick<UploadStore, 'seal'>,
  upload: Pick<Upload, 'uploadId' | 'mediaId' | 'storyId' | 'length'>,
): Promise<boolean> {
  if (!(await store.seal(upload))) return false;
  const { uploadId, mediaId, storyId } = upload;
  const attempt = await context.db.transaction(async (trx) => {
    const replaced = await settleReplacement(trx, storyId, mediaId);
    const upload = await lockUpload(trx, uploadId);
    if (!upload || upload.clipDeleted) return null;
    const queued = await queueUploaded(trx, mediaId);
    if (queued === null) return null;
    if (replaced) await deleteClip(trx, replaced);
    await queueRemoval(trx, { key: sideKey(uploadId) });
    return queued;
  });
  if (attempt === null) return true;
  context.mediaEvents.publish(storyId);
  await enqueueClip(context, mediaId, attempt);
  return true;
}

const AT_ONCE = 100;

/**
 * A sweep: uploads whose last byte arrived while the process that took it died.
 * @returns how many went on their way
 */
export async function resumeFinishedUploads(
  context: Outlets,
  store: UploadStore,
  signal?: AbortSignal,
): Promise<number> {
  let resumed = 0;
  for (const upload of await listIdleUploads(context.db, AT_ONCE)) {
    if (signal?.aborted) break;
    try {
      if (await finishUpload(context, store, upload)) resumed += 1;
    } catch (err) {
      if (!isMissing(err))
        context.log.warn({ err, uploadId: upload.uploadId }, 'upload not looked at');
    }
  }
  return resumed;
}

/** Its row is made before its bytes have a place. */
const isMissing = (error: unknown) =>
  [404, 410].includes((error as { status_code?: number } | null)?.status_code ?? 0);
