// BullMQ on Redis: one connection for queues, one for workers, and a blocking one that BullMQ adds to each worker.

import { FlowProducer, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

import type { QueueConfig } from '../platform/config.js';
import { openRedis, refuseEviction } from '../platform/redis.js';
import { type ClockGuard, guardClock } from './clock-guard.js';
import type { QueueBackend, QueueRole } from './open-queues.js';

/** @throws Error where Redis may evict keys */
export async function openRedisBackend(
  { url, prefix }: Extract<QueueConfig, { backend: 'redis' }>,
  role: QueueRole,
  log: Logger,
): Promise<QueueBackend> {
  const producer = openRedis(url, { patient: role === 'worker', log });
  let consumer: Redis | null = null;
  let guard: ClockGuard | null = null;
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
      guard ??= guardClock(() => readTime(producer), log);
      const worker = new Worker(name, (job, token = '') => run(job, token), {
        ...options,
        prefix,
        connection: consumer,
      });
      guard.keep(worker);
      return worker;
    },
    whenClockIsRight: async () => guard?.whenRight(),
    async check() {
      await producer.ping();
    },
    async close() {
      guard?.close();
      producer.disconnect();
      consumer?.disconnect();
    },
  };
}

async function readTime(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}
