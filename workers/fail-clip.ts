// Ends a clip as failed, with words for its maker; one that was completed stays as it was.

import type { MediaFault } from '../pipeline/media-fault.js';
import type { Lease } from '../pipeline/media-lease-queries.js';
import { saveFailed } from '../pipeline/media-move-queries.js';
import { queueRemoval } from '../pipeline/object-removal-queries.js';
import { saveReencodeFailed } from '../pipeline/reencode-queries.js';
import type { WorkerContext } from './context.js';

/** Changes nothing where the run is not the newest. `removeSource`: the key of a source that is refused for good. */
export async function failClip(
  { db, mediaEvents, log }: Pick<WorkerContext, 'db' | 'mediaEvents' | 'log'>,
  run: Lease | { mediaId: string; attempt: number },
  fault: MediaFault,
  options: { removeSource?: string } = {},
): Promise<void> {
  const { mediaId, attempt } = run;
  const { code, message } = fault;
  if (await saveReencodeFailed(db, run, fault)) {
    return log.warn({ mediaId, attempt, code }, 'clip stays as it was: not made anew');
  }
  const failed = await db.transaction(async (trx) => {
    if (!(await saveFailed(trx, run, { code, message }))) return false;
    if (options.removeSource) await queueRemoval(trx, { key: options.removeSource });
    return true;
  });
  if (!failed) return;
  mediaEvents.publish(mediaId);
  log.info({ mediaId, attempt, code }, 'clip failed');
}
