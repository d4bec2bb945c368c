// Locks an upload for one request at a time, across all API processes. A newer request asks the holder to let go:
// the older one is often the rest of a dropped line, which nobody is at the other end of.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/server';
import type { Knex } from 'knex';
import type { Logger } from 'pino';

import {
  dropLock,
  renewLock,
  requestRelease,
  takeLock,
  type UploadLock,
} from './upload-lock-queries.js';

export interface LockTimes {
  /** After this long without renewal a holder counts as dead. */
  readonly ttlSeconds: number;
  /** Between renewals, at which the holder hears that it is to let go. */
  readonly beatMs: number;
  readonly pollMs: number;
  /** How long a newer request waits. */
  readonly waitMs: number;
}

const TIMES: LockTimes = { ttlSeconds: 6, beatMs: 1_000, pollMs: 150, waitMs: 15_000 };

export class UploadLocker implements Locker {
  readonly #db: Knex;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #times: LockTimes;
  /** What this process holds; asked directly, without waiting for a beat. */
  readonly #held = new Map<string, RequestRelease>();

  constructor(context: { db: Knex; log: Pick<Logger, 'warn'> }, times: Partial<LockTimes> = {}) {
    this.#db = context.db;
    this.#log = context.log;
    this.#times = { ...TIMES, ...times };
  }

  newLock(id: string): Lock {
    const lock: UploadLock = { uploadId: id.slice(id.lastIndexOf('/') + 1), holder: randomUUID() };
    const done = new AbortController();
    let release: RequestRelease | undefined;
    return {
      lock: async (signal, cancelRequest) => {
        await this.#take(lock, signal);
        release = cancelRequest;
        this.#held.set(lock.uploadId, release);
        void this.#renew(lock, done.signal, cancelRequest);
      },
      unlock: async () => {
        done.abort();
        if (this.#held.get(lock.uploadId) === release) this.#held.delete(lock.uploadId);
        await dropLock(this.#db, lock).catch((err: unknown) => {
          this.#log.warn({ err, uploadId: lock.uploadId }, 'an upload lock stays until its time');
        });
      },
    };
  }

  /** Asks all that this process serves to save what has come and to end. */
  releaseAll(): void {
    for (const release of this.#held.values()) void release();
  }

  /** @throws tus's ERR_LOCK_TIMEOUT */
  async #take(lock: UploadLock, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + this.#times.waitMs;
    while (!signal.aborted && performance.now() < deadline) {
      if (await takeLock(this.#db, lock, this.#times.ttlSeconds)) return;
      await this.#held.get(lock.uploadId)?.();
      await requestRelease(this.#db, lock.uploadId);
      await sleep(this.#times.pollMs, undefined, { signal }).catch(() => {});
    }
    throw ERRORS.ERR_LOCK_TIMEOUT;
  }

  /** A holder that cannot renew in time stops writing before another may begin. */
  async #renew(lock: UploadLock, done: AbortSignal, cancelRequest: RequestRelease): Promise<void> {
    const { beatMs, ttlSeconds } = this.#times;
    let until = performance.now() + ttlSeconds * 1000;
    while (!done.aborted) {
      await sleep(beatMs, undefined, { signal: done, ref: false }).catch(() => {});
      if (done.aborted) return;
      const began = performance.now();
      const state = await renewLock(this.#db, lock, ttlSeconds).catch(() => 'unknown' as const);
      if (state === 'held' || state === 'release-requested') until = began + ttlSeconds * 1000;
      const over = performance.now() > until - 2 * beatMs;
      if (state === 'release-requested' || state === 'lost' || over) await cancelRequest();
      if (state === 'lost') return;
    }
  }
}
