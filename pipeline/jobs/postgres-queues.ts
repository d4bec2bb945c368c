// BullMQ on Postgres: one pool per process, whose connections see BullMQ's own schema.

import {
  createPostgresBackend,
  DEFAULT_SCHEMA,
  type FlowProducer,
  type Job,
  type PostgresConnectionOptions,
  type Queue,
  type Worker,
  withBackend,
} from 'bullmq';
import type { Logger } from 'pino';

import type { Config } from '../platform/config.js';
import { databaseUrl } from '../platform/database.js';
import type { QueueBackend, QueueRole } from './open-queues.js';
import { PatientPool, QueuePool } from './queue-pool.js';

/** For short queries; every worker adds the one that it listens on. */
const POOL_SIZE: Record<QueueRole, number> = { api: 4, background: 3, worker: 6 };
const CONNECT_TIMEOUT_MS = 3_000;

export function openPostgresBackend(
  config: Pick<Config, 'queue' | 'database'>,
  role: QueueRole,
  log: Logger,
): QueueBackend {
  const onError = (err: unknown) => log.warn({ err }, 'queue database connection');
  const settings = {
    connectionString: databaseUrl(config.database),
    options: `-c search_path=${DEFAULT_SCHEMA}`,
    application_name: `vw-queues-${role}`,
    max: POOL_SIZE[role],
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  };
  const pool = role === 'worker' ? new PatientPool(settings, onError) : new QueuePool(settings);
  pool.on('error', onError);
  // One in use fails its query as well; the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  // Each queue listens for the pool's errors; there are more of them than Node finds usual.
  pool.setMaxListeners(50);
  // BullMQ describes a pool by types of its own, which pg's do not quite meet.
  const connection = pool as unknown as PostgresConnectionOptions;
  const bullmq = withBackend(createPostgresBackend);
  const { prefix } = config.queue;
  return {
    backend: 'postgres',
    newQueue: (name, options) =>
      new bullmq.Queue(name, { ...options, prefix, connection }) as unknown as Queue,
    newFlowProducer: () =>
      new bullmq.FlowProducer({ prefix, connection }) as unknown as FlowProducer,
    newWorker(name, run, options) {
      pool.options.max += 1;
      return new bullmq.Worker(name, (job, token = '') => run(job as unknown as Job, token), {
        ...options,
        prefix,
        connection,
      }) as unknown as Worker;
    },
    async check() {
      await pool.query('select 1');
    },
    async close() {
      await pool.end();
    },
  };
}
