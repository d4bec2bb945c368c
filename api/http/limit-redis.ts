// The connection that limits are counted over: fails at once, so that memory takes over while Redis is away.

import { Redis } from 'ioredis';
import type { Logger } from 'pino';

export function openLimitRedis(url: string, log: Pick<Logger, 'warn'>): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
    connectionName: 'vw-limits',
  });
  redis.on('error', (err) => log.warn({ err }, 'the limits have no Redis'));
  return redis;
}
