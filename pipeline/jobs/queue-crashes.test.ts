import { expect } from 'chai';

import { createDatabase } from '../../fixtures/database.js';
import { tryOnEmbeddedShapeOnly } from '../../fixtures/embedded-shape.js';
import { beginCrashes, type Crashes } from '../../fixtures/queue-crashes.js';
import { forgetQueues, queueConfig } from '../../fixtures/queues.js';
import { startRedisServer } from '../../fixtures/redis-server.js';

describe('queues whose workers die', () => {
  tryOnEmbeddedShapeOnly();
  const crashes: Record<string, Crashes> = {};
  const cleanups: (() => unknown)[] = [];

  before(async function () {
    this.timeout(60_000);
    const database = await createDatabase();
    cleanups.push(() => database.close());
    crashes.Postgres = await beginCrashes(queueConfig({ databaseUrl: database.url }));

    const server = process.env.REDIS_URL ? null : await startRedisServer();
    const redisUrl = process.env.REDIS_URL ?? server?.url;
    if (!redisUrl) return;
    const settings = queueConfig({ databaseUrl: database.url, redisUrl });
    cleanups.push(
      () => server?.stop(),
      () => forgetQueues(settings),
    );
    crashes.Redis = await beginCrashes(settings);
  });
  after(async function () {
    this.timeout(60_000);
    await Promise.all(Object.values(crashes).map((begun) => begun.end()));
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  for (const backend of ['Postgres', 'Redis']) {
    describe(`on ${backend}`, function () {
      this.timeout(90_000);
      beforeEach(function () {
        if (!crashes[backend]) this.skip();
      });

      it('leave no handle open when they are closed', async () => {
        const closed = await crashes[backend]?.closed;
        expect(closed).to.include({ exitCode: 0 });
      });

      it('tell a frozen worker, once it goes on, that another has its job', async () => {
        const frozen = await crashes[backend]?.frozen;
        expect(frozen).to.include({ runs: 1, toldItLost: true });
      });

      it('start a killed worker’s job again, and so a second time', async () => {
        const { restartMs = [], attemptsMade } = (await crashes[backend]?.killed) ?? {};
        expect(restartMs).to.have.length(2);
        expect(attemptsMade).to.equal(0);
        console.log(
          `      after ${restartMs.map((ms) => (ms / 1000).toFixed(1)).join(' s and ')} s`,
        );
      });
    });
  }
});
