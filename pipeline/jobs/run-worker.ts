// Starts one BullMQ worker with the settings that make a killed one's job start again in seconds.

import type { Worker } from 'bullmq';

import type { JobRunner, QueueBackend, WorkOptions } from './open-queues.js';

const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** One stall past this limit fails a job for good; the row's own counter decides what is poison. */
const MAX_STALLS = 100;
/** How long an idle worker on Redis blocks before it asks again. */
const DRAIN_DELAY_SECONDS = 5;

export function runWorker(
  backend: QueueBackend,
  queue: string,
  run: JobRunner,
  { concurrency, log }: WorkOptions,
): Worker {
  const locks = new Map<string, AbortController>();
  const worker = backend.newWorker(
    queue,
    async (job, token) => {
      const lost = new AbortController();
      locks.set(job.id ?? '', lost);
      try {
        return await run(job, token, lost.signal);
      } finally {
        if (locks.get(job.id ?? '') === lost) locks.delete(job.id ?? '');
      }
    },
    {
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLS,
      drainDelay: DRAIN_DELAY_SECONDS,
    },
  );
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const id of jobIds) {
      log.warn({ queue, jobId: id }, 'lock lost');
      locks.get(id)?.abort(new Error('the lock of the job was lost'));
    }
  });
  // Without a listener an error event ends the process; BullMQ goes on by itself.
  worker.on('error', (err) => log.warn({ err, queue }, 'worker connection'));
  worker.on('stalled', (jobId) => log.warn({ queue, jobId }, 'job stalled, it starts again'));
  return worker;
}
