// Queues a picture: its row first, then the job, which can always be rebuilt from the row.

import type { Logger } from 'pino';

import { imageJobId, processImage } from './jobs/image-jobs.js';
import type { Queues } from './jobs/open-queues.js';

/** After the row is committed. A job that cannot be added is rebuilt by a sweep. */
export async function enqueueImage(
  { queues, log }: { readonly queues: Pick<Queues, 'add'>; readonly log: Pick<Logger, 'warn'> },
  imageId: string,
  attempt: number,
): Promise<void> {
  try {
    await queues.add(
      processImage,
      { version: 1, image_id: imageId, attempt },
      { jobId: imageJobId(imageId, attempt) },
    );
  } catch (err) {
    log.warn({ err, imageId, attempt }, 'picture not queued; a sweep will do it');
  }
}
