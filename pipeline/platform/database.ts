// One pool of Postgres connections per process, shared by knex and by plain queries.

import pkg, { type Knex } from 'knex';
import pg from 'pg';
import type { Logger } from 'pino';

import type { Config } from './config.js';

const { knex } = pkg;

export interface Database {
  readonly db: Knex;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * Opens the pool; connections are made when first wanted.
 * @throws Error where no DATABASE_URL is set
 */
export function openDatabase(
  config: Config['database'],
  options: { applicationName: string; log?: Pick<Logger, 'warn'> },
): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl(config),
    max: config.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (err) => options.log?.warn({ err }, 'idle database connection lost'));
  // One in use fails its query as well; the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const warn = (err: unknown) => options.log?.warn({ err }, 'knex');
  const db = knex({
    client: 'pg',
    connectionPool: pool,
    // Else it writes whole stacks to standard error itself.
    log: { warn, error: warn, deprecate: warn, debug: () => {} },
  });
  return {
    db,
    pool,
    async close() {
      // In this order: knex lets go of the pool at once, and a query under way could not give its connection back.
      if (!pool.ended) await pool.end();
      await db.destroy();
    },
  };
}

export function databaseUrl(config: Pick<Config['database'], 'url'>): string {
  if (config.url === null) {
    throw new Error('DATABASE_URL is not set; "npm start" brings a Postgres of its own');
  }
  return config.url;
}
