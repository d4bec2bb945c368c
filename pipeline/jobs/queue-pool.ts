// The pool of connections that the queues of one worker process share.

import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

const RETRY_MS = 500;

/**
 * Waits for a server that is away instead of failing: BullMQ takes the first failure of a queue's
 * connection for its last word, and asks again at once after a later one.
 */
export class PatientPool extends pg.Pool {
  readonly #onWait: (error: unknown) => void;

  constructor(config: pg.PoolConfig, onWait: (error: unknown) => void) {
    super(config);
    this.#onWait = onWait;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): undefined;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const connected = this.#connect();
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, (release) => client.release(release as boolean)),
      (error: Error) => callback(error, undefined, () => {}),
    );
  }

  /** What fails is not asked again at once. BM001 is BullMQ's own way to say that a job has moved on. */
  override query = (async (...args: Parameters<pg.Pool['query']>) => {
    try {
      return await super.query(...args);
    } catch (error) {
      if ((error as pg.DatabaseError).code !== 'BM001') await sleep(RETRY_MS);
      throw error;
    }
  }) as pg.Pool['query'];

  async #connect(): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await super.connect();
      } catch (error) {
        if (this.ending) throw error;
        this.#onWait(error);
        await sleep(RETRY_MS);
      }
    }
  }
}
