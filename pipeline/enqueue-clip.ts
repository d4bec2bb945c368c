// Queues a clip: its row first, then the job, which can always be rebuilt from the row.

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { mediaFlow } from './jobs/media-flow.js';
import { admitUpload, clipJobId, clipPayload } from './jobs/media-jobs.js';
import type { Queues } from './jobs/open-queues.js';
import type { MediaEvents } from './media-events.js';
import { getMediaFile } from './media-file-queries.js';

export interface MediaOutlets {
  readonly db: Knex;
  readonly queues: Pick<Queues, 'add' | 'addFlow'>;
  readonly mediaEvents: Pick<MediaEvents, 'publish'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Tells the world of a new attempt, after its row is committed. A job that cannot be added is rebuilt by a sweep. */
export async function enqueueClip(
  { db, queues, mediaEvents, log }: MediaOutlets,
  mediaId: string,
  attempt: number,
): Promise<void> {
  mediaEvents.publish(mediaId);
  try {
    const file = await getMediaFile(db, mediaId);
    if (!file) return;
    const { queueRank: priority, starts } = file;
    // What was admitted once is not judged again, so that no clip waits for admission behind it.
    if (file.reencoding)
      return await queues.addFlow(mediaFlow(mediaId, attempt, priority, { version: 2 }));
    const jobId = clipJobId(mediaId, attempt);
    // What a worker died with goes on before what waits: it had its turn, and somebody looks at its percentage.
    const options = starts > 0 ? { jobId } : { jobId, priority };
    await queues.add(admitUpload, clipPayload(mediaId, attempt), options);
  } catch (err) {
    log.warn({ err, mediaId, attempt }, 'clip not queued; a sweep will do it');
  }
}
