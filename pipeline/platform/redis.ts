// Connections to Redis, and the one setting that it must have.

import { Redis } from 'ioredis';
import type { Logger } from 'pino';

const RETRY_MAX_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens a connection. A patient one waits for Redis to come back, as a worker does; the other fails a
 * command at once, so that an API can answer 503.
 */
export function openRedis(
  url: string,
  { patient, log }: { patient: boolean; log: Pick<Logger, 'warn'> },
): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: patient ? null : 1,
    enableOfflineQueue: patient,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(times * 100, RETRY_MAX_MS),
    lazyConnect: !patient,
  });
  redis.on('error', (err: Error) => log.warn({ err }, 'Redis connection'));
  return redis;
}

/**
 * A Redis that evicts would drop jobs and locks without a word.
 * @throws Error where its `maxmemory-policy` is another than noeviction
 */
export async function refuseEviction(redis: Redis, log: Pick<Logger, 'warn'>): Promise<void> {
  if (redis.status === 'wait') await redis.connect();
  let policy: string | undefined;
  try {
    [, policy] = (await redis.config('GET', 'maxmemory-policy')) as string[];
  } catch (err) {
    // Hosted servers often forbid CONFIG.
    log.warn({ err }, 'cannot read the eviction policy of Redis; it must be noeviction');
    return;
  }
  if (policy !== 'noeviction') {
    throw new Error(
      `Redis evicts keys (maxmemory-policy ${policy}), which would lose jobs; set it to noeviction`,
    );
  }
}
