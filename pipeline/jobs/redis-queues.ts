// BullMQ on Redis: one connection for queues, one per worker, as BullMQ duplicates it.

import { FlowProducer, Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';

import type { QueueConfig } from '../platform/config.js';
import { openRedis, refuseEviction } from '../platform/redis.js';
import type { QueueBackend, QueueRole } from './open-queues.js';

const FAST_MS = 3_000;

/** @throws Error where Redis may evict keys */
export async function openRedisBackend(
  { url, prefix }: Extract<QueueConfig, { backend: 'redis' }>,
  role: QueueRole,
  log: Logger,
): Promise<QueueBackend> {
  const producer = openRedis(url, { patient: role === 'worker', log });
  const consumer = openRedis(url, { patient: true, log });
  await refuseEviction(producer, log);
  return {
    backend: 'redis',
    newQueue: (name, options) => new Queue(name, { ...options, prefix, connection: producer }),
    newFlowProducer: () => new FlowProducer({ prefix, connection: producer }),
    newWorker: (name, run, options) =>
      new Worker(name, (job, token = '') => run(job, token), {
        ...options,
        prefix,
        connection: consumer,
      }),
    async check() {
      await Promise.race([
        producer.ping(),
        new Promise((_, reject) =>
          setTimeout(() => reject(new Error('Redis does not answer')), FAST_MS).unref(),
        ),
      ]);
    },
    async close() {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}
