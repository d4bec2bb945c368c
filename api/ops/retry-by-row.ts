// Retry on the board, for a clip's job: the clip starts again by its row, as its maker would have it.

import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Job } from 'bullmq';
import { z } from 'zod';

import { requestRetry } from '../../pipeline/retry-media.js';
import type { Context } from '../context.js';
import { notRetryable } from '../media/media-errors.js';

type Retrying = Pick<Context, 'db' | 'queues' | 'mediaEvents' | 'storage' | 'log'>;

/**
 * BullMQ alone would run the job of an attempt that is over, which changes nothing. A job that cannot be retried is
 * refused where it is asked for alone, and stays where it is among many.
 */
export function retryByRow(adapter: BullMQAdapter, context: Retrying): void {
  const getJob = adapter.getJob.bind(adapter);
  const getJobs = adapter.getJobs.bind(adapter);
  adapter.getJob = async (id) => {
    const job = await getJob(id);
    if (!job) return job;
    return withRetry(job, async () => {
      if (!(await restartClip(context, job))) throw notRetryable();
    });
  };
  adapter.getJobs = async (...page) =>
    (await getJobs(...page)).map((job) =>
      withRetry(job, async () => {
        await restartClip(context, job);
      }),
    );
}

const withRetry = (job: Job, retry: Job['retry']): Job => Object.assign(job, { retry });

const OfClip = z.object({ media_id: z.uuid() });

async function restartClip(context: Retrying, job: Job): Promise<boolean> {
  const payload = OfClip.safeParse(job.data);
  if (!payload.success) return false;
  if ((await requestRetry(context, payload.data.media_id)) !== 'queued') return false;
  await job.remove();
  return true;
}
