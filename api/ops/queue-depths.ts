// How many jobs each queue holds, for the metrics.

import { processImage } from '../../pipeline/jobs/image-jobs.js';
import {
  admitUpload,
  captionMedia,
  encodeMedia,
  makeStills,
  publishMedia,
} from '../../pipeline/jobs/media-jobs.js';
import type { QueueDepth } from '../../pipeline/platform/metrics.js';
import type { Context } from '../context.js';

export const QUEUES: readonly string[] = [
  admitUpload,
  makeStills,
  encodeMedia,
  publishMedia,
  captionMedia,
  processImage,
].map(({ queue }) => queue);

const STATES = [
  'waiting',
  'prioritized',
  'active',
  'delayed',
  'waiting-children',
  'failed',
] as const;

export async function listQueueDepths({ queues }: Pick<Context, 'queues'>): Promise<QueueDepth[]> {
  const counts = await Promise.all(
    QUEUES.map(async (queue) => {
      const byState = await queues.queue(queue).getJobCounts(...STATES);
      return Object.entries(byState).map(([state, jobs]) => ({ queue, state, jobs }));
    }),
  );
  return counts.flat();
}
