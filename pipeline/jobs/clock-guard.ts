// Keeps the workers of a process from jobs for as long as its clock is wrong.

import { setTimeout as sleep } from 'node:timers/promises';

import type { Worker } from 'bullmq';
import type { Logger } from 'pino';

export interface ClockGuard {
  /** Rests this worker whenever the clock is wrong. */
  keep(worker: Worker): void;
  /** Resolves when the clock is right, or when the guard is closed. */
  whenRight(): Promise<void>;
  close(): void;
}

/** More than clocks of servers differ, and well below the duration of a lock. */
const MOST_MS = 3_000;
const LOOK_MS = 2_000;
const WAIT_MS = 200;

/**
 * On Redis BullMQ puts jobs off by the clock of the worker: one that is hours ahead would make them wait for hours, and
 * one of any wrong clock would start at once what others have put off.
 * @param readServerMs the time by the queue's server
 */
export function guardClock(
  readServerMs: () => Promise<number>,
  log: Pick<Logger, 'info' | 'error'>,
): ClockGuard {
  const workers = new Set<Worker>();
  let isRight: boolean | null = null;
  let closed = false;

  async function look(): Promise<void> {
    const before = Date.now();
    const server = await readServerMs();
    // The answer may have taken long.
    const aheadMs = server > before ? Math.min(0, Date.now() - server) : before - server;
    const right = Math.abs(aheadMs) <= MOST_MS;
    if (closed || right === isRight) return;
    if (!right) log.error({ aheadMs }, 'the clock of this machine is wrong: no jobs are taken');
    else if (isRight === false) log.info('the clock is right again: jobs are taken');
    isRight = right;
    for (const worker of workers) await (right ? worker.resume() : worker.pause(true));
  }

  const lookOften = async () => {
    while (!closed) {
      await look().catch(() => {});
      await sleep(LOOK_MS, undefined, { ref: false });
    }
  };
  void lookOften();
  return {
    keep(worker) {
      workers.add(worker);
      worker.once('closed', () => workers.delete(worker));
    },
    async whenRight() {
      while (!closed && isRight !== true) await sleep(WAIT_MS, undefined, { ref: false });
    },
    close() {
      closed = true;
    },
  };
}
