// The pools of connections that the queues of one process share.

import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { onServerClock } from './server-clock.js';

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

const RETRY_MS = 500;

/** Whose statements go by the time of the server. */
export class QueuePool extends pg.Pool {
  override query = ((...[statement, ...rest]: Parameters<pg.Pool['query']>) =>
    super.query(
      typeof statement === 'string' ? onServerClock(statement) : statement,
      ...rest,
    )) as pg.Pool['query'];
}

/**
 * Waits for a server that is away instead of failing: BullMQ takes the first failure of a queue's
 * connection for its last word, and asks again at once after a later one.
 */
export class PatientPool extends QueuePool {
  readonly #onWait: (error: unknown) => void;

  constructor(config: pg.PoolConfig, onWait: (error: unknown) => void) {
    super(config);
    this.#onWait = onWait;
    const ask = this.query;
    // What fails is not asked again at once. BM001 is BullMQ's own way to say that a job has moved on.
    this.query = (async (...args: Parameters<pg.Pool['query']>) => {
      try {
        return await ask(...args);
      } catch (error) {
        if ((error as pg.DatabaseError).code !== 'BM001') await sleep(RETRY_MS);
        throw error;
      }
    }) as pg.Pool['query'];
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
