// Starts a failed clip again, where the fault was ours.

import { enqueueClip, type MediaOutlets } from './enqueue-clip.js';
import { canRetry } from './media-file.js';
import { getMediaFile } from './media-file-queries.js';
import { requeueFailed } from './media-move-queries.js';
import { objectKey } from './storage/object-key.js';
import type { Storage } from './storage/storage.js';

/** `not-retryable`: not failed, or failed for the file's sake; `source-gone`: nothing is left to start from. */
export type RetryOutcome = 'queued' | 'not-found' | 'not-retryable' | 'source-gone';

export async function requestRetry(
  context: MediaOutlets & { readonly storage: Pick<Storage, 'head'> },
  mediaId: string,
): Promise<RetryOutcome> {
  const file = await getMediaFile(context.db, mediaId);
  if (!file) return 'not-found';
  if (!canRetry(file)) return 'not-retryable';
  if (!(await context.storage.head(objectKey(file.filePath)))) return 'source-gone';
  const attempt = await requeueFailed(context.db, mediaId, file.attempt);
  if (attempt === null) return 'not-retryable';
  await enqueueClip(context, mediaId, attempt);
  return 'queued';
}
