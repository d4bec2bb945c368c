// Has a completed clip made anew with the present encode profile, behind every clip that a maker waits for.

import { enqueueClip, type MediaOutlets } from './enqueue-clip.js';
import { getMediaFile } from './media-file-queries.js';
import { wantReencode } from './reencode-queries.js';
import { objectKey } from './storage/object-key.js';
import type { Storage } from './storage/storage.js';

/** `waiting`: it was asked for already; `not-ready`: not completed; `source-gone`: nothing is left to start from. */
export type ReencodeOutcome = 'queued' | 'waiting' | 'not-found' | 'not-ready' | 'source-gone';

/** The clip stays completed and visible until its new revision is named, and if it never is. */
export async function requestReencode(
  context: MediaOutlets & { readonly storage: Pick<Storage, 'head'> },
  mediaId: string,
): Promise<ReencodeOutcome> {
  const file = await getMediaFile(context.db, mediaId);
  if (!file) return 'not-found';
  if (file.status !== 'completed') return 'not-ready';
  if (file.reencoding) return 'waiting';
  if (!(await context.storage.head(objectKey(file.filePath)))) return 'source-gone';
  const attempt = await wantReencode(context.db, file);
  if (attempt === null) return 'not-ready';
  await enqueueClip(context, mediaId, attempt);
  return 'queued';
}
