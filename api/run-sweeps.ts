// Runs sweeps in turn with themselves, each at its own pace, until told to stop.

import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

export interface Sweep {
  readonly name: string;
  readonly everySeconds: number;
  /** Takes what is due, and is safe to run in several processes at once. */
  run(signal: AbortSignal): Promise<unknown>;
}

/** A sweep that fails is logged and runs again in its time. */
export function startSweeps(
  sweeps: readonly Sweep[],
  log: Pick<Logger, 'error'>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = sweeps.map(async (sweep) => {
    while (!signal.aborted) {
      await sweep.run(signal).catch((err: unknown) => {
        if (!signal.aborted) log.error({ err, sweep: sweep.name }, 'sweep failed');
      });
      await sleep(paceOf(sweep), undefined, { signal }).catch(() => {});
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

// A tenth of chance keeps processes that started together from sweeping together.
const paceOf = ({ everySeconds }: Sweep) => everySeconds * 1000 * (0.9 + 0.2 * Math.random());
