// Keeps a run's lease alive, and hears from the row when the run must stop.

import { setTimeout as sleep } from 'node:timers/promises';

import { type Lease, renewLease } from '../pipeline/media-lease-queries.js';
import type { WorkerContext } from './context.js';
import { CancelledError, LeaseLostError } from './run-stopped.js';

/** As long as the lock of its job. */
export const LEASE_SECONDS = 10;
/** How soon a cancelled clip's ffmpeg is told. */
const POLL_MS = 700;

/** An unreachable database stops nothing: publishing compares the token anyway. */
export function watchLease(
  { db, log }: Pick<WorkerContext, 'db' | 'log'>,
  lease: Lease,
  stop: (reason: Error) => void,
): { close(): Promise<void> } {
  const closing = new AbortController();
  const watching = (async () => {
    while (!closing.signal.aborted) {
      await sleep(POLL_MS, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      try {
        const state = await renewLease(db, lease, LEASE_SECONDS);
        if (state === 'lost') return stop(new LeaseLostError('the lease was lost'));
        if (state === 'cancelled') return stop(new CancelledError('cancelled by the maker'));
      } catch (err) {
        log.warn({ err, ...lease }, 'lease not renewed');
      }
    }
  })();
  return {
    close() {
      closing.abort();
      return watching;
    },
  };
}
