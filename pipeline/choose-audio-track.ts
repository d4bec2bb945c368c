// Makes a completed clip anew with another of its source's tracks of sound, or with none.

import { enqueueClip, type MediaOutlets } from './enqueue-clip.js';
import { getMediaFile } from './media-file-queries.js';
import { requeueWithSound } from './media-move-queries.js';
import { objectKey } from './storage/object-key.js';
import type { Storage } from './storage/storage.js';

/** `not-ready`: not completed, so on its way or failed; `source-gone`: nothing is left to start from. */
export type TrackOutcome = 'queued' | 'not-found' | 'not-ready' | 'unknown-track' | 'source-gone';

/** What was published stays playable until the new revision is named. `track` is a place among `audio_tracks`. */
export async function requestAudioTrack(
  context: MediaOutlets & { readonly storage: Pick<Storage, 'head'> },
  mediaId: string,
  track: number | null,
): Promise<TrackOutcome> {
  const file = await getMediaFile(context.db, mediaId);
  if (!file) return 'not-found';
  if (file.status !== 'completed') return 'not-ready';
  const tracks = file.metadata.source?.audio_tracks ?? [];
  if (track !== null && !tracks.some(({ index }) => index === track)) return 'unknown-track';
  if (!(await context.storage.head(objectKey(file.filePath)))) return 'source-gone';
  const attempt = await requeueWithSound(context.db, mediaId, file.attempt, track);
  if (attempt === null) return 'not-ready';
  await enqueueClip(context, mediaId, attempt);
  return 'queued';
}
