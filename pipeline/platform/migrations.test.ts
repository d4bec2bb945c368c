import { expect } from 'chai';
import pg from 'pg';

import { buildMediaFile, buildUser } from '../../fixtures/build.js';
import { buildAuction } from '../../fixtures/build-auction.js';
import { createDatabase } from '../../fixtures/database.js';
import { onServer, serverUrl, startServer } from '../../fixtures/postgres-server.js';
import { newId } from './ids.js';
import { migrateAtStart, migrateToLatest, rollbackAll } from './migrations.js';

describe('migrating', function () {
  this.timeout(60_000);
  let name: string;
  let url: string;
  beforeEach(async () => {
    await startServer();
    name = `vw_test_${newId().replaceAll('-', '')}`;
    url = serverUrl(name);
    await onServer((client) => client.query(`create database ${name}`));
  });
  afterEach(() => onServer((client) => client.query(`drop database ${name} with (force)`)));

  it('makes the seed tables and the queues’ schema', async () => {
    await migrateToLatest({ url });
    expect(await tablesOf(url)).to.include.members([...SEED_TABLES, 'bullmq.job']);
  });

  it('can be undone, and done again', async () => {
    await migrateToLatest({ url });
    await rollbackAll({ url });
    expect(await tablesOf(url)).to.have.members(['knex_migrations', 'knex_migrations_lock']);
    await migrateToLatest({ url });
    expect(await tablesOf(url)).to.include.members(SEED_TABLES);
  });

  it('is safe from several processes at once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => migrateToLatest({ url })));
    const { rows } = await query(url, 'select name from knex_migrations order by name');
    expect(new Set(rows.map((row) => row.name)).size)
      .to.equal(rows.length)
      .and.be.at.least(2);
  });

  it('survives the lock that a crash left', async () => {
    await migrateToLatest({ url });
    await query(url, 'update knex_migrations_lock set is_locked = 1');
    await rollbackAll({ url });
    await migrateToLatest({ url });
  });
});

describe('the tables', () => {
  it('refuse to lose a bid with its bidder, its auction or its story', async function () {
    this.timeout(60_000);
    const { db, close } = await createDatabase();
    try {
      const { story_id, owner_id } = await buildMediaFile(db);
      const { user_id: bidderId } = await buildUser(db);
      const sale = { storyId: story_id, makerId: owner_id, bidderId };
      const { auctionId } = await buildAuction(db, sale);
      for (const [table, key] of [
        ['users', { user_id: bidderId }],
        ['stories', { story_id }],
        ['auctions', { auction_id: auctionId }],
      ] as const) {
        const refused = await db(table)
          .where(key)
          .delete()
          .then(() => null)
          .catch((err: { code: string }) => err.code);
        expect(refused, table).to.be.oneOf(['23001', '23503']);
      }
    } finally {
      await close();
    }
  });
});

const SEED_TABLES = [
  'users',
  'user_profiles',
  'stories',
  'media_files',
  'offers',
  'auctions',
  'bids',
];

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function tablesOf(url: string): Promise<string[]> {
  const { rows } = await query(
    url,
    `select case schemaname when 'public' then '' else schemaname || '.' end || tablename as name
     from pg_tables where schemaname in ('public', 'bullmq')`,
  );
  return rows.map((row) => row.name);
}

describe('migrating at the start of a process', () => {
  const nowhere = { database: { url: 'postgres://127.0.0.1:1/none' } };

  it('is left to the command where the settings say so', async () => {
    await migrateAtStart({ ...nowhere, migrateAtStart: false });
  });

  it('is done otherwise', async () => {
    const error = await migrateAtStart({ ...nowhere, migrateAtStart: true }).catch((err) => err);
    expect(error).to.be.an.instanceOf(Error);
  });
});
