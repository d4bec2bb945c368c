// Runs one BullMQ worker with the settings that make a killed one's job start again in seconds.

import { setTimeout as sleep } from 'node:timers/promises';

import type { Job, Worker, WorkerOptions } from 'bullmq';
import type { Logger } from 'pino';

import { handBack } from './hand-back.js';
import type { JobRunner, QueueBackend, RunningWorker, WorkOptions } from './open-queues.js';

const RETRY_MS = 1_000;

const SETTINGS = {
  lockDuration: 8_000,
  /** Twice this after a lock has run out at the latest, its job may start again: 12 s after a kill. */
  stalledInterval: 2_000,
  /** One stall past this limit fails a job for good; the row's own counter decides what is poison. */
  maxStalledCount: 100,
  /** Seconds that an idle worker blocks before it asks again. */
  drainDelay: 5,
  runRetryDelay: RETRY_MS,
  autorun: false,
} satisfies Omit<WorkerOptions, 'connection'>;

interface Run {
  readonly lost: AbortController;
  readonly ended: Promise<unknown>;
}

export function runWorker(
  backend: QueueBackend,
  queue: string,
  run: JobRunner,
  { concurrency, log, onStalled }: WorkOptions,
): RunningWorker {
  const runs = new Map<string, Run>();
  const open = () => {
    const worker = backend.newWorker(queue, (job, token) => startRun(runs, run, job, token), {
      ...SETTINGS,
      concurrency,
    });
    listen(worker, runs, log.child({ queue }));
    worker.on('stalled', () => onStalled?.());
    return worker;
  };
  let worker = open();
  let closing = false;

  /** BullMQ's loop spins where its connection failed at first, so it starts only on one that is good. */
  const start = async (): Promise<void> => {
    while (!closing) {
      try {
        await worker.waitUntilReady();
        await backend.whenClockIsRight?.();
        if (!closing) worker.run().catch((err) => log.error({ err, queue }, 'worker ended'));
        return;
      } catch (err) {
        log.warn({ err, queue }, 'worker cannot start yet');
        await worker.close();
        await sleep(RETRY_MS);
        if (!closing) worker = open();
      }
    }
  };
  void start();
  return {
    async close() {
      closing = true;
      await worker.close();
    },
  };
}

function startRun(
  runs: Map<string, Run>,
  run: JobRunner,
  job: Job,
  token: string,
): Promise<unknown> {
  const id = job.id ?? '';
  const former = runs.get(id);
  if (former) {
    // BullMQ renews locks by job id, so the end of the former run would leave this one without.
    former.lost.abort(new Error('the job was started again'));
    return former.ended.then(() => handBack(job, token));
  }
  const lost = new AbortController();
  const running = run(job, token, lost.signal);
  runs.set(id, { lost, ended: running.catch(() => {}) });
  return running.finally(() => runs.delete(id));
}

function listen(worker: Worker, runs: ReadonlyMap<string, Run>, log: Logger): void {
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) {
      log.warn({ jobId }, 'lock lost');
      runs.get(jobId)?.lost.abort(new Error('the lock of the job was lost'));
    }
  });
  // Without a listener an error event ends the process; BullMQ goes on by itself.
  worker.on('error', (err) => log.warn({ err }, 'worker connection'));
  worker.on('stalled', (jobId) => log.warn({ jobId }, 'job stalled, it starts again'));
}
