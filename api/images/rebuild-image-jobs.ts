// A sweep: pictures whose job the queue does not know (any more) get a new attempt and a new job.

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { enqueueImage } from '../../pipeline/enqueue-image.js';
import { listIdleImages, requeueLostImage } from '../../pipeline/image-run-queries.js';
import { imageJobId, processImage } from '../../pipeline/jobs/image-jobs.js';
import type { Queues } from '../../pipeline/jobs/open-queues.js';

const PAGE = 200;
/** Longer than any job takes from the row's commit to the queue. */
const IDLE_SECONDS = 5;

/** @returns how many were rebuilt */
export async function rebuildImageJobs(
  context: {
    readonly db: Knex;
    readonly queues: Pick<Queues, 'add' | 'isKnown'>;
    readonly log: Pick<Logger, 'info' | 'warn'>;
  },
  { idleSeconds = IDLE_SECONDS, signal }: { idleSeconds?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { db, queues, log } = context;
  let rebuilt = 0;
  let after: string | null = null;
  while (!signal?.aborted) {
    const idle = await listIdleImages(db, { after, limit: PAGE, idleSeconds });
    for (const { imageId, attempt } of idle) {
      if (await queues.isKnown(processImage, imageJobId(imageId, attempt))) continue;
      const next = await requeueLostImage(db, imageId, attempt);
      if (next === null) continue;
      log.info({ imageId, attempt: next }, 'picture without a job queued again');
      await enqueueImage(context, imageId, next);
      rebuilt += 1;
    }
    after = idle.at(-1)?.imageId ?? null;
    if (idle.length < PAGE) break;
  }
  return rebuilt;
}
