// Gives an unfinished upload up: its clip leaves the carousel, then its bytes go, then its row. A death between is made good by a sweep.

import { deleteMediaFile } from '../../pipeline/media-file-queries.js';
import type { Context } from '../context.js';
import { dropFromCarousel, takeCarouselTurn } from '../stories/carousel.js';
import { deleteUpload, endUploadsOf, lockUpload, type Upload } from './upload-queries.js';
import type { UploadStore } from './upload-store.js';

/** The caller holds the upload's lock. False where it has finished by now, and nothing was done. */
export async function endUpload(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  store: Pick<UploadStore, 'discard'>,
  { uploadId, mediaId, storyId }: Pick<Upload, 'uploadId' | 'mediaId' | 'storyId'>,
): Promise<boolean> {
  const ended = await db.transaction(async (trx) => {
    await takeCarouselTurn(trx, storyId);
    const upload = await lockUpload(trx, uploadId);
    if (!upload || upload.finished) return false;
    await dropFromCarousel(trx, storyId, mediaId);
    await deleteMediaFile(trx, mediaId);
    await endUploadsOf(trx, mediaId);
    return true;
  });
  if (!ended) return false;
  for (const id of [storyId, mediaId]) mediaEvents.publish(id);
  await store.discard(uploadId);
  await deleteUpload(db, uploadId);
  return true;
}
