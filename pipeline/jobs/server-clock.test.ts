import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { pino } from 'pino';

import { createDatabase, type TestDatabase } from '../../fixtures/database.js';
import { startQueueProcess } from '../../fixtures/queue-crashes.js';
import { type QueueSettings, queueConfig } from '../../fixtures/queues.js';
import { becomes, queueOpener, testJob } from '../../fixtures/test-jobs.js';
import { until } from '../../fixtures/until.js';
import { handBack } from './hand-back.js';

const HOURS = 2 * 3600 * 1000;
const options = { concurrency: 1, log: pino({ level: 'silent' }) };

describe('queues on Postgres of a process whose clock is wrong', () => {
  let database: TestDatabase & { close(): Promise<void> };
  let settings: QueueSettings;
  const { now } = Date;
  before(async () => {
    database = await createDatabase();
    settings = queueConfig({ databaseUrl: database.url });
  });
  let end = () => {};
  afterEach(() => {
    Date.now = now;
    end();
  });
  after(() => database.close());
  const open = queueOpener(() => settings);
  const ask = async (sql: string, queue: string) =>
    (await database.pool.query(sql, [queue])).rows[0] ?? {};

  const transactions = async () => {
    const all = 'select xact_commit from pg_stat_database where datname = current_database()';
    return Number((await database.pool.query(all)).rows[0].xact_commit);
  };

  for (const [name, skew] of [
    ['ahead of it', HOURS],
    ['behind it', -HOURS],
  ] as const) {
    it(`go by the clock of the server, being ${name}`, async () => {
      const [queues, contract] = [await open(), testJob()];
      Date.now = () => now() + skew;
      let runs = 0;
      const held = new Promise<void>((resolve) => {
        end = resolve;
      });
      queues.work(
        contract,
        (job, token) => {
          runs += 1;
          return runs === 1 ? handBack(job, token, 1_500) : held;
        },
        options,
      );
      await queues.add(contract, { clip: 'a' }, { jobId: 'a_1' });
      await becomes(queues, contract, 'a_1', 'delayed');
      const before = await transactions();
      await until(() => runs === 2, 6_000, 'the second run');
      // One that took its own clock for the server's would ask without a pause until the delay is over.
      expect((await transactions()) - before).to.be.below(200);

      const lock = await ask(
        'select locked_until_ms from bullmq.job where queue = $1',
        contract.queue,
      );
      expect(Number(lock.locked_until_ms) - now()).to.be.within(5_000, 11_000);
      const check = `select value from bullmq.meta where queue = $1 and field = 'stalled-check'`;
      expect(Number((await ask(check, contract.queue)).value) - now()).to.be.within(-5_000, 1_000);
      end();
      await becomes(queues, contract, 'a_1', 'completed');
    });
  }

  it('leave the jobs of others alone', async () => {
    const [queues, contract] = [await open(), testJob()];
    let lost = false;
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    queues.work(
      contract,
      (_job, _token, lockLost) => {
        lockLost.addEventListener('abort', () => {
          lost = true;
        });
        return held;
      },
      options,
    );
    await queues.add(contract, { clip: 'a' }, { jobId: 'a_1' });
    await becomes(queues, contract, 'a_1', 'active');
    const other = await startQueueProcess(settings, contract, 'hold', HOURS);
    // Two looks for stalled jobs and a renewal of the lock.
    await sleep(6_000).finally(() => other.child.kill('SIGKILL'));
    expect({ lost, said: other.said() }).to.deep.equal({ lost: false, said: ['ready'] });
    end();
    await becomes(queues, contract, 'a_1', 'completed');
  });
});
