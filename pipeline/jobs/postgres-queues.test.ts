import { expect } from 'chai';
import { pino } from 'pino';

import { createDatabase, type TestDatabase } from '../../fixtures/database.js';
import { onServer } from '../../fixtures/postgres-server.js';
import { itRunsJobs } from '../../fixtures/queue-contract.js';
import { type QueueSettings, queueConfig } from '../../fixtures/queues.js';
import { rejection } from '../../fixtures/rejection.js';
import { becomes, queueOpener, testJob } from '../../fixtures/test-jobs.js';
import { until } from '../../fixtures/until.js';

const options = { concurrency: 1, log: pino({ level: 'silent' }) };

describe('queues on Postgres', () => {
  let database: TestDatabase & { close(): Promise<void> };
  let settings: QueueSettings;
  before(async () => {
    database = await createDatabase();
    settings = queueConfig({ databaseUrl: database.url });
  });
  after(() => database.close());

  itRunsJobs(() => settings);

  describe('whose server goes away', () => {
    const open = queueOpener(() => settings);
    const name = () => new URL(database.url).pathname.slice(1);
    const admit = (allowed: boolean) =>
      onServer((client) => client.query(`alter database ${name()} allow_connections ${allowed}`));
    const cut = () =>
      onServer((client) =>
        client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}'`,
        ),
      );
    afterEach(() => admit(true));

    it('fail an API at once and serve it again afterwards', async () => {
      const [api, contract] = [await open('api'), testJob()];
      await admit(false);
      await cut();
      await rejection(api.add(contract, { clip: 'a' }, { jobId: 'a_1' }));
      await rejection(api.isKnown(contract, 'a_1'));
      await rejection(api.check());
      await admit(true);
      await api.add(contract, { clip: 'a' }, { jobId: 'a_1' });
      expect(await api.isKnown(contract, 'a_1')).to.equal(true);
      await api.check();
    });

    it('let a worker wait, which then goes on with old jobs and new', async () => {
      const [worker, contract, other] = [await open(), testJob(), testJob()];
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      worker.work(contract, (job) => (job.id === 'held_1' ? held : Promise.resolve()), {
        ...options,
        concurrency: 2,
      });
      await worker.add(contract, { clip: 'a' }, { jobId: 'held_1' });
      await becomes(worker, contract, 'held_1', 'active');
      await admit(false);
      await cut();
      release();
      worker.work(other, async () => 'opened meanwhile', options);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await admit(true);
      for (const [job, jobId] of [
        [contract, 'new_1'],
        [other, 'other_1'],
      ] as const) {
        await worker.add(job, { clip: 'a' }, { jobId });
        await becomes(worker, job, jobId, 'completed');
      }
      await becomes(worker, contract, 'held_1', 'completed');
    });
  });

  describe('of one process', () => {
    const open = queueOpener(() => settings);

    it('share few connections', async () => {
      const [queues, contracts] = [await open(), [1, 2, 3, 4].map(() => testJob())];
      let running = 0;
      let most = 0;
      for (const contract of contracts) {
        queues.work(
          contract,
          async () => {
            running += 1;
            most = Math.max(most, running);
            await until(() => most === 8);
          },
          { ...options, concurrency: 2 },
        );
      }
      await Promise.all(
        contracts.flatMap((contract) =>
          ['a_1', 'b_1'].map((jobId) => queues.add(contract, { clip: 'a' }, { jobId })),
        ),
      );
      for (const contract of contracts) await becomes(queues, contract, 'b_1', 'completed');
      const { rows } = await database.pool.query(
        `select count(*)::int as open from pg_stat_activity
         where datname = current_database() and application_name <> 'vw-test'`,
      );
      expect(rows[0].open).to.be.within(5, 10);
    });
  });
});
