// Stops a clip because its maker says so: at once while it waits, within a second where a worker has it.
// A cancelled clip is never tried again, so that one not yet admitted leaves quarantine for good.

import type { MediaOutlets } from './enqueue-clip.js';
import { CANCELLED } from './media-fault.js';
import { canCancel } from './media-file.js';
import { lockMediaFile } from './media-file-queries.js';
import { hasLiveLease } from './media-lease-queries.js';
import { saveCancelRequested, saveFailed } from './media-move-queries.js';
import { queueRemoval } from './object-removal-queries.js';

/** `requested`: a worker has the clip and is told to stop. */
export type CancelOutcome = 'cancelled' | 'requested' | 'not-found' | 'not-cancellable';

export async function requestCancel(
  { db, mediaEvents }: Pick<MediaOutlets, 'db' | 'mediaEvents'>,
  mediaId: string,
): Promise<CancelOutcome> {
  const outcome = await db.transaction(async (trx): Promise<CancelOutcome> => {
    const file = await lockMediaFile(trx, mediaId);
    if (!file) return 'not-found';
    if (!canCancel(file)) return 'not-cancellable';
    if (await hasLiveLease(trx, mediaId)) {
      await saveCancelRequested(trx, file);
      return 'requested';
    }
    await saveFailed(trx, file, CANCELLED);
    if (!file.originalKey) await queueRemoval(trx, { key: file.filePath });
    return 'cancelled';
  });
  if (outcome === 'cancelled' || outcome === 'requested') mediaEvents.publish(mediaId);
  return outcome;
}
