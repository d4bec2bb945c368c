// Counts against the limits: in Redis where it is configured, else in Postgres; in memory while either is down.

import type { Redis } from 'ioredis';
import type pg from 'pg';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';

import { LIMIT_TABLE } from './limit-queries.js';
import { LIMITS, type Limit, type LimitName } from './limits.js';

export interface LimitState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly exceeded: boolean;
}

export interface Limits {
  /** Counts one; tells whether that was one too many. */
  spend(name: LimitName, key: string): Promise<LimitState>;
  /** Counts nothing; `exceeded` where the next one would be too many. */
  look(name: LimitName, key: string): Promise<LimitState>;
  block(name: LimitName, key: string, seconds: number): Promise<void>;
  forget(name: LimitName, key: string): Promise<void>;
}

export interface LimitStore {
  readonly pool: pg.Pool;
  readonly redis: Redis | null;
  readonly prefix: string;
}

export function openLimits(store: LimitStore): Limits {
  const limiters = Object.fromEntries(
    Object.entries(LIMITS).map(([name, limit]) => [name, openLimiter(name, limit, store)]),
  ) as Record<string, RateLimiterAbstract> as Record<LimitName, RateLimiterAbstract>;
  return {
    async spend(name, key) {
      const state = await limiters[name].consume(key).catch(refusalOf);
      return toState(LIMITS[name], state, LIMITS[name].points);
    },
    async look(name, key) {
      return toState(LIMITS[name], await limiters[name].get(key), LIMITS[name].points - 1);
    },
    async block(name, key, seconds) {
      await limiters[name].block(key, seconds);
    },
    async forget(name, key) {
      await limiters[name].delete(key);
    },
  };
}

function openLimiter(
  name: string,
  limit: Limit,
  { pool, redis, prefix }: LimitStore,
): RateLimiterAbstract {
  const options = {
    keyPrefix: `${prefix}:limit:${name}`,
    points: limit.points,
    duration: limit.seconds,
  };
  const memory = new RateLimiterMemory(options);
  if (!limit.shared) return memory;
  if (redis) {
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory });
  }
  return new RateLimiterPostgres({
    ...options,
    storeClient: pool,
    storeType: 'pool',
    tableName: LIMIT_TABLE,
    tableCreated: true,
    clearExpiredByTimeout: false,
    insuranceLimiter: memory,
  });
}

/** The library rejects with the state where the limit is reached, and with an error where the store is down. */
function refusalOf(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}

const toState = (limit: Limit, result: RateLimiterRes | null, most: number): LimitState => ({
  limit: limit.points,
  used: result?.consumedPoints ?? 0,
  remaining: Math.max(0, limit.points - (result?.consumedPoints ?? 0)),
  resetSeconds: Math.max(1, Math.ceil((result?.msBeforeNext ?? limit.seconds * 1000) / 1000)),
  exceeded: (result?.consumedPoints ?? 0) > most,
});
