// A sweep: completed clips whose captions are not published, and whose job the queue does not know, get a new try.

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { listUnpublishedCaptions, requeueCaptions } from '../../pipeline/captions-queries.js';
import { enqueueCaptions } from '../../pipeline/enqueue-captions.js';
import { captionMedia, captionsJobId } from '../../pipeline/jobs/media-jobs.js';
import type { Queues } from '../../pipeline/jobs/open-queues.js';

const PAGE = 200;
/** Longer than any job takes from the row's commit to the queue. */
const IDLE_SECONDS = 5;

/** @returns how many were rebuilt */
export async function rebuildCaptionJobs(
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
    const idle = await listUnpublishedCaptions(db, { after, limit: PAGE, idleSeconds });
    for (const last of idle) {
      if (await queues.isKnown(captionMedia, captionsJobId(last))) continue;
      if (!(await requeueCaptions(db, last))) continue;
      log.info({ mediaId: last.mediaId, tries: last.tries + 1 }, 'captions queued again');
      await enqueueCaptions(context, last.mediaId);
      rebuilt += 1;
    }
    after = idle.at(-1)?.mediaId ?? null;
    if (idle.length < PAGE) break;
  }
  return rebuilt;
}
