// Everything a request may reach outside itself, opened once and passed as the first argument.

import { setMaxListeners } from 'node:events';

import type { Knex } from 'knex';
import type pg from 'pg';
import type { Logger } from 'pino';

import { type AuctionEvents, openAuctionEvents } from '../pipeline/auction-events.js';
import { openQueues, type Queues } from '../pipeline/jobs/open-queues.js';
import { type MediaEvents, openMediaEvents } from '../pipeline/media-events.js';
import type { Config } from '../pipeline/platform/config.js';
import { databaseUrl, openDatabase } from '../pipeline/platform/database.js';
import { type Keys, openKeys } from '../pipeline/platform/keys.js';
import { openReads, type Reads } from '../pipeline/platform/open-reads.js';
import { openRedis } from '../pipeline/platform/redis.js';
import { openStorage } from '../pipeline/storage/open-storage.js';
import type { Storage } from '../pipeline/storage/storage.js';
import { openBidLines } from './auctions/bid-lines.js';
import { type BidDesk, openBidDesk } from './auctions/combine-bids.js';
import { openPasswordDesk, type PasswordDesk } from './auth/password.js';
import { openProviders, type Providers } from './auth/providers.js';
import { openSessions, type Sessions } from './auth/sessions.js';
import { type Flags, openFlags } from './flags/open-flags.js';
import { type Limits, openLimits } from './http/open-limits.js';
import { type ApiMetrics, openApiMetrics } from './ops/api-metrics.js';
import { type FleetReader, openFleetReader } from './ops/read-fleet.js';

export interface Clock {
  now(): Date;
}

export interface Context {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly db: Knex;
  readonly pool: pg.Pool;
  /** For what is read most: a few connections of their own. */
  readonly reads: Reads;
  readonly storage: Storage;
  readonly queues: Queues;
  readonly keys: Keys;
  readonly mediaEvents: MediaEvents;
  readonly auctionEvents: AuctionEvents;
  readonly bids: BidDesk;
  readonly sessions: Sessions;
  readonly passwords: PasswordDesk;
  readonly limits: Limits;
  readonly flags: Flags;
  readonly providers: Providers;
  readonly metrics: ApiMetrics;
  readonly fleet: FleetReader;
  /** Aborted when the process is told to stop: no new work, streams end. */
  readonly draining: AbortSignal;
}

export interface OpenContext extends Context {
  close(): Promise<void>;
}

/** Opens everything; what is open already is closed again where a later part cannot be opened. */
export async function openContext(
  config: Config,
  parts: { readonly log: Logger; readonly draining: AbortSignal; readonly clock?: Clock },
): Promise<OpenContext> {
  const { log, draining, clock = { now: () => new Date() } } = parts;
  // Each live stream listens: hundreds of them are no leak.
  setMaxListeners(0, draining);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  const keep = <T extends { close(): Promise<unknown> }>(part: T): T => {
    closers.push(() => part.close());
    return part;
  };
  try {
    const { db, pool } = keep(openDatabase(config.database, { applicationName: 'vw-api', log }));
    const reads = keep(openReads(config.database, { ...READS, log }));
    const connectionString = databaseUrl(config.database);
    const storage = keep(await openStorage(config.storage));
    const queues = keep(await openQueues(config, { role: 'api', log }));
    const mediaEvents = keep(openMediaEvents({ pool, connectionString, log }));
    const auctionEvents = keep(openAuctionEvents({ pool, connectionString, log }));
    const lines = keep(openBidLines(config.database, log));
    const redis =
      config.queue.backend === 'redis'
        ? openRedis(config.queue.url, { patient: false, log })
        : null;
    // While it cannot be reached the limits are counted in memory, so there is nothing to wait for.
    await redis?.connect().catch(() => {});
    if (redis) closers.push(async () => redis.disconnect());
    const fleet = openFleetReader({ config, db, queues });
    const metrics = openApiMetrics(config, fleet);
    return {
      ...{ config, log, clock, draining, db, pool, reads, storage, queues, mediaEvents, metrics },
      ...{ fleet, auctionEvents, bids: keep(openBidDesk({ lines, auctionEvents })) },
      keys: await openKeys(config),
      sessions: openSessions(db),
      passwords: openPasswordDesk(),
      flags: openFlags(db),
      providers: openProviders(config),
      limits: openLimits({ pool, redis, prefix: config.queue.prefix }),
      close,
    };
  } catch (err) {
    await close();
    throw err;
  }
}

/** As many as there is work for: what is asked of them takes a millisecond each. */
const READS = { applicationName: 'vw-api-reads', count: 2, statementTimeoutMs: 5_000 };
