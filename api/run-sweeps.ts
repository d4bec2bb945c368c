// Runs sweeps in turn with themselves, each at its own pace, until told to stop.

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

export interface Sweep {
  readonly name: string;
  readonly everySeconds: number;
  /** Takes what is due, and is safe to run in several processes at once. A number is how much it put right. */
  run(signal: AbortSignal): Promise<unknown>;
}

/** Hears of each pass; `mended` is null where it failed. */
export type CountSweep = (pass: { name: string; seconds: number; mended: number | null }) => void;

/** A sweep that fails is logged and runs again in its time. */
export function startSweeps(
  sweeps: readonly Sweep[],
  log: Pick<Logger, 'error'>,
  count: CountSweep = () => {},
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  // Each sweep listens: a dozen of them are no leak.
  setMaxListeners(0, signal);
  const running = sweeps.map(async (sweep) => {
    while (!signal.aborted) {
      const began = performance.now();
      const done = (mended: number | null) =>
        count({ name: sweep.name, seconds: (performance.now() - began) / 1000, mended });
      await sweep.run(signal).then(
        (mended) => done(typeof mended === 'number' ? mended : 0),
        (err: unknown) => {
          if (signal.aborted) return;
          log.error({ err, sweep: sweep.name }, 'sweep failed');
          done(null);
        },
      );
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
