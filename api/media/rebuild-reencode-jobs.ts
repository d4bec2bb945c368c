// A sweep: completed clips that are to be made anew, and whose job the queue does not know, get a new attempt.

import { enqueueClip } from '../../pipeline/enqueue-clip.js';
import { listIdleReencodes } from '../../pipeline/media-lease-queries.js';
import { markReencodesSeen, requeueLostReencode } from '../../pipeline/reencode-queries.js';
import { isLost, type SweepContext } from './rebuild-jobs.js';

/** However many wait, a pass looks for so many jobs; each pass takes those that were not looked for longest. */
const PAGE = 200;
const IDLE_SECONDS = 15;

/** @returns how many were rebuilt */
export async function rebuildReencodeJobs(
  context: SweepContext,
  { idleSeconds = IDLE_SECONDS, signal }: { idleSeconds?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { db, queues, log } = context;
  let rebuilt = 0;
  const seen: string[] = [];
  for (const clip of await listIdleReencodes(db, { limit: PAGE, idleSeconds })) {
    if (signal?.aborted) break;
    const { mediaId } = clip;
    if (!(await isLost(queues, clip))) {
      seen.push(mediaId);
      continue;
    }
    const attempt = await requeueLostReencode(db, clip);
    if (attempt === null) continue;
    log.info({ mediaId, attempt }, 're-encode without a job queued again');
    await enqueueClip(context, mediaId, attempt);
    rebuilt += 1;
  }
  await markReencodesSeen(db, seen);
  return rebuilt;
}
