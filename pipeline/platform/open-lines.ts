// Lines to Postgres for what must not wait: statements are prepared once, and sent before the one ahead is answered.

import pg from 'pg';
import type { Logger } from 'pino';

import type { Config } from './config.js';
import { databaseUrl } from './database.js';
import { openPreparer } from './prepare-texts.js';
import type { Sql } from './sql.js';

export interface Lines {
  /**
   * BEGIN leaves with the first statement of `run`, COMMIT with those that it did not wait for.
   * Texts are prepared by connection and kept: give it few, and never one made of values.
   * @throws UnknownEnd where COMMIT was sent and its answer never came
   */
  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** COMMIT was sent, and whether it was done cannot be told. */
export class UnknownEnd extends Error {
  override readonly name = 'UnknownEnd';
}

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

export interface LineOptions {
  readonly applicationName: string;
  /** Connections at most; they are made when first wanted. */
  readonly count: number;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly log?: Pick<Logger, 'warn'>;
}

export function openLines(config: Pick<Config['database'], 'url'>, options: LineOptions): Lines {
  const pool = new pg.Pool({
    connectionString: databaseUrl(config),
    pipeline: true,
    max: options.count,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: options.lockTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', (err) => options.log?.warn({ err }, 'idle database connection lost'));
  pool.on('connect', (client) => client.on('error', () => {}));
  const prepare = openPreparer();

  return {
    async transaction(run) {
      const client = await pool.connect();
      let isUsable = true;
      const sent: Promise<unknown>[] = [];
      const send = <T>(answer: Promise<T>): Promise<T> => {
        // Whoever waits for it hears of a failure; nobody has to.
        answer.catch(() => {});
        sent.push(answer);
        return answer;
      };
      try {
        send(client.query(BEGIN));
        const result = await run({
          raw: (text, values = []) =>
            send<pg.QueryResult>(client.query({ ...prepare(text), values: [...values] })),
        }).catch(async (error: unknown) => {
          isUsable = await client.query(ROLLBACK).then(Boolean, () => false);
          throw error;
        });
        const commit = client.query(COMMIT).catch((cause: unknown) => {
          isUsable = false;
          return cause;
        });
        await allDone(sent, commit);
        return result;
      } finally {
        client.release(!isUsable);
      }
    },
    close: () => pool.end(),
  };
}

/** @throws what the server refused, in which case nothing was committed; else UnknownEnd */
async function allDone(sent: readonly Promise<unknown>[], commit: Promise<unknown>) {
  const ended = await commit;
  for (const { reason } of (await Promise.allSettled(sent)).filter((each) => 'reason' in each)) {
    // Answers come in the order of the statements: what was refused was refused before COMMIT.
    throw reason instanceof pg.DatabaseError ? reason : unknownEnd(reason);
  }
  if ((ended as { command?: string }).command !== 'COMMIT') {
    throw unknownEnd(ended);
  }
}

const unknownEnd = (cause: unknown) =>
  new UnknownEnd('the end of a transaction is unknown', { cause });

const BEGIN = { name: 'begin', text: 'begin' };
const COMMIT = { name: 'commit', text: 'commit' };
const ROLLBACK = { name: 'rollback', text: 'rollback' };
