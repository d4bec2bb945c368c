// Starts one BullMQ worker with the settings that make a killed one's job start again in seconds.

import type { Job, Worker } from 'bullmq';

import { handBack } from './hand-back.js';
import type { JobRunner, QueueBackend, WorkOptions } from './open-queues.js';

const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** One stall past this limit fails a job for good; the row's own counter decides what is poison. */
const MAX_STALLS = 100;
/** How long an idle worker blocks before it asks again. */
const DRAIN_DELAY_SECONDS = 5;
/** How long it waits before it asks again where the server cannot be reached. */
const RETRY_MS = 1_000;

interface Run {
  readonly lost: AbortController;
  readonly ended: Promise<unknown>;
}

export function runWorker(
  backend: QueueBackend,
  queue: string,
  run: JobRunner,
  { concurrency, log }: WorkOptions,
): Worker {
  const runs = new Map<string, Run>();

  const start = async (job: Job, token: string): Promise<unknown> => {
    const id = job.id ?? '';
    const former = runs.get(id);
    if (former) {
      // BullMQ renews locks by job id, so the end of the former run would leave this one without.
      former.lost.abort(new Error('the job was started again'));
      await former.ended;
      return handBack(job, token);
    }
    const lost = new AbortController();
    const running = run(job, token, lost.signal);
    runs.set(id, { lost, ended: running.catch(() => {}) });
    return running.finally(() => runs.delete(id));
  };

  const worker = backend.newWorker(queue, start, {
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: MAX_STALLS,
    drainDelay: DRAIN_DELAY_SECONDS,
    runRetryDelay: RETRY_MS,
  });
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) {
      log.warn({ queue, jobId }, 'lock lost');
      runs.get(jobId)?.lost.abort(new Error('the lock of the job was lost'));
    }
  });
  // Without a listener an error event ends the process; BullMQ goes on by itself.
  worker.on('error', (err) => log.warn({ err, queue }, 'worker connection'));
  worker.on('stalled', (jobId) => log.warn({ queue, jobId }, 'job stalled, it starts again'));
  return worker;
}
