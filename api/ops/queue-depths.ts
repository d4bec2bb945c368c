// How many jobs each queue holds in each state, and how old the oldest is.

import type { Job } from 'bullmq';

import { processImage } from '../../pipeline/jobs/image-jobs.js';
import {
  admitUpload,
  captionMedia,
  encodeMedia,
  makeStills,
  publishMedia,
} from '../../pipeline/jobs/media-jobs.js';
import type { Context } from '../context.js';

export interface QueueDepth {
  readonly queue: string;
  readonly state: (typeof STATES)[number];
  readonly jobs: number;
  /** 0 where there is none. */
  readonly oldestSeconds: number;
}

export const QUEUES: readonly string[] = [
  admitUpload,
  makeStills,
  encodeMedia,
  publishMedia,
  captionMedia,
  processImage,
].map(({ queue }) => queue);

/** Jobs with a priority wait apart from those without. */
const STATES = [
  'waiting',
  'prioritized',
  'active',
  'delayed',
  'waiting-children',
  'failed',
] as const;

/** Looked at from either end: a queue may hold thousands, and its order is nearly that of age. */
const SAMPLE = 5;

export async function listQueueDepths({ queues }: Pick<Context, 'queues'>): Promise<QueueDepth[]> {
  const ofQueue = async (queue: string): Promise<QueueDepth[]> => {
    const counts = await queues.queue(queue).getJobCounts(...STATES);
    return Promise.all(
      STATES.map(async (state) => {
        const jobs = counts[state] ?? 0;
        const hasAge = jobs > 0 && state !== 'failed';
        const oldestSeconds = hasAge ? await oldestIn(queues, queue, state, jobs) : 0;
        return { queue, state, jobs, oldestSeconds };
      }),
    );
  };
  return (await Promise.all(QUEUES.map(ofQueue))).flat();
}

async function oldestIn(
  queues: Context['queues'],
  queue: string,
  state: QueueDepth['state'],
  count: number,
): Promise<number> {
  const opened = queues.queue(queue);
  const read = (ascending: boolean) => opened.getJobs([state], 0, SAMPLE - 1, ascending);
  const jobs: Job[] = await read(true);
  if (count > SAMPLE) jobs.push(...(await read(false)));
  const begins = jobs.map((job) => (state === 'active' ? job.processedOn : 0) || job.timestamp);
  return begins.length > 0 ? Math.max(0, Date.now() - Math.min(...begins)) / 1000 : 0;
}
