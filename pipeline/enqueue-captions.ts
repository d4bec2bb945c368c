// Queues the captions of a clip for publishing: the rows first, then the job, which a sweep can always add again.

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { getCaptionsTry } from './captions-queries.js';
import { captionMedia, captionsJobId } from './jobs/media-jobs.js';
import type { Queues } from './jobs/open-queues.js';

/** Call after commit. Nothing happens while the clip is under way: publishing it calls again. */
export async function enqueueCaptions(
  context: {
    readonly db: Knex;
    readonly queues: Pick<Queues, 'add'>;
    readonly log: Pick<Logger, 'warn'>;
  },
  mediaId: string,
): Promise<void> {
  try {
    const next = await getCaptionsTry(context.db, mediaId);
    if (!next) return;
    await context.queues.add(
      captionMedia,
      { version: 1, media_id: mediaId },
      { jobId: captionsJobId(next) },
    );
  } catch (err) {
    context.log.warn({ err, mediaId }, 'captions not queued; a sweep will do it');
  }
}
