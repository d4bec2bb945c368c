// Brings the tables up to date, and takes them down again. Safe to call from many processes at once.

import { DEFAULT_SCHEMA, runMigrations } from 'bullmq';
import pkg, { type Knex } from 'knex';
import pg from 'pg';

import * as seedTables from '../../migrations/0001-seed-tables.js';
import * as clipsAndSessions from '../../migrations/0002-clips-and-sessions.js';
import * as sessions from '../../migrations/0003-sessions.js';
import * as uploadsAndTakedowns from '../../migrations/0004-uploads-and-takedowns.js';
import * as uploadParts from '../../migrations/0005-upload-parts.js';
import * as captions from '../../migrations/0006-captions.js';
import * as images from '../../migrations/0007-images.js';
import * as workers from '../../migrations/0009-workers.js';
import * as queueRanks from '../../migrations/0010-queue-ranks.js';
import * as encodeProfiles from '../../migrations/0011-encode-profiles.js';
import * as sourceDigests from '../../migrations/0012-source-digests.js';
import * as reencodes from '../../migrations/0013-reencodes.js';
import * as storyMoves from '../../migrations/0015-story-moves.js';
import * as accounts from '../../migrations/0016-accounts.js';
import * as feedAndSearch from '../../migrations/0017-feed-and-search.js';
import * as auctions from '../../migrations/0018-auctions.js';
import * as offers from '../../migrations/0019-offers.js';
import * as orders from '../../migrations/0020-orders.js';
import * as answersAsSent from '../../migrations/0021-answers-as-sent.js';
import type { Config } from './config.js';
import { databaseUrl } from './database.js';

const { knex } = pkg;

/** In the order they are run. A name, once released, never changes: the database remembers it. */
const MIGRATIONS: Readonly<Record<string, Knex.Migration>> = {
  '0001-seed-tables': seedTables,
  '0002-clips-and-sessions': clipsAndSessions,
  '0003-sessions': sessions,
  '0004-uploads-and-takedowns': uploadsAndTakedowns,
  '0005-upload-parts': uploadParts,
  '0006-captions': captions,
  '0007-images': images,
  '0009-workers': workers,
  '0010-queue-ranks': queueRanks,
  '0011-encode-profiles': encodeProfiles,
  '0012-source-digests': sourceDigests,
  '0013-reencodes': reencodes,
  '0015-story-moves': storyMoves,
  '0016-accounts': accounts,
  '0017-feed-and-search': feedAndSearch,
  '0018-auctions': auctions,
  '0019-offers': offers,
  '0020-orders': orders,
  '0021-answers-as-sent': answersAsSent,
};

/** Any number, as long as every version of this program takes the same. */
const ADVISORY_LOCK = 0x76_77_6d_67;

/** Runs what is not yet there: our tables, and the queues' own in the schema `bullmq`. */
export async function migrateToLatest(config: Pick<Config['database'], 'url'>): Promise<void> {
  await withMigrator(config, async (db, holder) => {
    await db.migrate.latest();
    await runMigrations(holder, DEFAULT_SCHEMA);
  });
}

/** What each process does at its start, unless the settings leave it to `npm run migrate -- up`. */
export async function migrateAtStart(
  config: Pick<Config, 'migrateAtStart'> & { readonly database: Pick<Config['database'], 'url'> },
): Promise<void> {
  if (config.migrateAtStart) await migrateToLatest(config.database);
}

/** Undoes everything, so that an empty database is left: every row is lost. */
export async function rollbackAll(config: Pick<Config['database'], 'url'>): Promise<void> {
  await withMigrator(config, async (db, holder) => {
    await db.migrate.rollback(undefined, true);
    await holder.query(`drop schema if exists ${DEFAULT_SCHEMA} cascade`);
  });
}

/** Connections of its own: a migration may take longer than a request's statement is allowed to. */
async function withMigrator(
  config: Pick<Config['database'], 'url'>,
  use: (db: Knex, holder: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const pool = new pg.Pool({
    connectionString: databaseUrl(config),
    max: 3,
    application_name: 'vw-migrate',
    connectionTimeoutMillis: 10_000,
  });
  pool.on('error', () => {});
  const db = knex({
    client: 'pg',
    connectionPool: pool,
    migrations: {
      migrationSource,
      // A process of the previous release may still start after a newer one has migrated.
      disableMigrationsListValidation: true,
    },
  });
  try {
    await withAdvisoryLock(pool, async (holder) => {
      // Nobody else migrates while we hold the lock, so a locked row was left by a crash.
      await db.migrate.forceFreeMigrationsLock();
      await use(db, holder);
    });
  } finally {
    await db.destroy();
    await pool.end();
  }
}

/** The lock belongs to the session, so it goes with the connection if this process dies. */
async function withAdvisoryLock(
  pool: pg.Pool,
  use: (holder: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const holder = await pool.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await use(holder);
  } finally {
    holder.release(true);
  }
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: (name) => name,
  async getMigration(name) {
    const migration = MIGRATIONS[name];
    if (!migration) throw new Error(`There is no migration "${name}"`);
    return migration;
  },
};
