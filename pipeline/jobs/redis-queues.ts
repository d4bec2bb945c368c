// BullMQ on Redis: one connection for queues, one for workers, and a blocking one that BullMQ adds to each worker.

import { FlowProducer, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

import type { QueueConfig } from '../platform/config.js';
import { openRedis, refuseEviction } from '../platform/redis.js';
import type { QueueBackend, QueueRole } from './open-queues.js';

/** @throws Error where Redis may evict keys */
export async function openRedisBackend(
  { url, prefix }: Extract<QueueConfig, { backend: 'redis' }>,
  role: QueueRole,
  log: Logger,
): Promise<QueueBackend> {
  const producer = openRedis(url, { patient: role === 'worker', log });
  let consumer: Redis | null = null;
  try {
    await refuseEviction(producer, log);
  } catch (error) {
    producer.disconnect();
    throw error;
  }
  return {
    backend: 'redis',
    newQueue: (name, options) => new Queue(name, { ...options, prefix, connection: producer }),
    newFlowProducer: () => new FlowProducer({ prefix, connection: producer }),
    newWorker(name, run, options) {
      consumer ??= openRedis(url, { patient: true, log });
      return new Worker(name, (job, token = '') => run(job, token), {
        ...options,
        prefix,
        connection: consumer,
      });
    },
    async check() {
      await producer.ping();
    },
    async close() {
      producer.disconnect();
      consumer?.disconnect();
    },
  };
}
