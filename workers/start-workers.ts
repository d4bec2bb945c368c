// Starts a BullMQ worker per contract, and stops them without losing what they run.

import { setTimeout as sleep } from 'node:timers/promises';

import type { WorkerContext } from './context.js';
import { processors } from './processors.js';
import type { Processor } from './run-processor.js';

export interface Workers {
  /** Takes no more jobs; gives those that run `graceMs`, then calls `handBack`, and waits until all have ended. */
  stop(graceMs: number, handBack: () => void): Promise<void>;
}

/** How many of each job run at once, beside encoding, which is a setting. */
const CONCURRENCY: Readonly<Record<string, number>> = {
  'admit-upload': 2,
  'make-stills': 1,
  'publish-media': 2,
  'caption-media': 1,
  // One at a time: the memory of a picture is bounded, that of many is not.
  'process-image': 1,
};

/** @param own by default everything that this version knows to run */
export function startWorkers(
  context: WorkerContext,
  own: readonly Processor[] = processors,
): Workers {
  const workers = own.map(({ contract, process }) =>
    context.queues.work(
      contract,
      (job, token, lockLost) => process(context, job, token, lockLost),
      {
        concurrency: CONCURRENCY[contract.queue] ?? context.config.worker.encodeConcurrency,
        log: context.log,
        onStalled: () => context.metrics.countStalled(contract.queue),
      },
    ),
  );
  return {
    async stop(graceMs, handBack) {
      const ended = Promise.all(workers.map((worker) => worker.close()));
      const grace = new AbortController();
      sleep(graceMs, undefined, { signal: grace.signal }).then(handBack, () => {});
      await ended;
      grace.abort();
    },
  };
}
