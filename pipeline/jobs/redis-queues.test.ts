import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { Redis } from 'ioredis';
import { pino } from 'pino';

import { itRunsJobs } from '../../fixtures/queue-contract.js';
import { startQueueProcess } from '../../fixtures/queue-crashes.js';
import { forgetQueues, type QueueSettings, queueConfig } from '../../fixtures/queues.js';
import { type RedisServer, startRedisServer } from '../../fixtures/redis-server.js';
import { rejection } from '../../fixtures/rejection.js';
import { becomes, jobState, queueOpener, testJob } from '../../fixtures/test-jobs.js';
import { openQueues } from './open-queues.js';

const NO_DATABASE = 'postgres://127.0.0.1:1/none';
const log = pino({ level: 'silent' });
/** Longer than between two looks at the clock. */
const LOOK_MS = 2_500;
const DRAIN_MS = 5_000;

describe('queues on Redis', () => {
  let server: RedisServer | null = null;
  let settings: QueueSettings;
  before(async function () {
    if (!process.env.REDIS_URL) server = await startRedisServer();
    const redisUrl = process.env.REDIS_URL ?? server?.url;
    if (!redisUrl) return this.skip();
    settings = queueConfig({ databaseUrl: NO_DATABASE, redisUrl });
  });
  after(async () => {
    if (settings) await forgetQueues(settings);
    await server?.stop();
  });

  itRunsJobs(() => settings);
});

describe('queues on a Redis of their own', () => {
  let server: RedisServer;
  let settings: QueueSettings;
  const open = queueOpener(() => settings);
  before(async function () {
    const started = await startRedisServer();
    if (!started) return this.skip();
    server = started;
    settings = queueConfig({ databaseUrl: NO_DATABASE, redisUrl: server.url });
  });
  after(() => server?.stop());

  it('give nothing to a worker while its clock is wrong', async () => {
    const [queues, contract] = [await open(), testJob()];
    const worker = await startQueueProcess(settings, contract, 'hold', -2 * 3600 * 1000);
    const turnClock = () => worker.child.kill('SIGUSR2');
    try {
      await queues.add(contract, { clip: 'a' }, { jobId: 'a_1' });
      await sleep(LOOK_MS);
      expect(worker.said()).to.deep.equal(['ready']);
      turnClock();
      await worker.says('started a_1');
      turnClock();
      // While it waits for a job BullMQ takes one more.
      await sleep(LOOK_MS + DRAIN_MS);
      await queues.add(contract, { clip: 'b' }, { jobId: 'b_1' });
      await sleep(1_000);
      expect(await jobState(queues, contract, 'b_1')).to.equal('waiting');
      turnClock();
      await worker.says('started b_1');
    } finally {
      worker.child.kill('SIGKILL');
    }
  }).timeout(30_000);

  it('refuse one that evicts keys, and say what to set', async () => {
    const redis = new Redis(server.url);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const error = await rejection(openQueues(settings, { role: 'worker', log }));
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
    expect(error.message).to.match(/allkeys-lru.*set it to noeviction/);
  });

  it('take one that does not show its settings, and warn', async () => {
    const admin = new Redis(server.url);
    await admin.acl('SETUSER', 'hosted', 'on', 'nopass', '~*', '&*', '+@all', '-config');
    admin.disconnect();
    const url = new URL(server.url);
    url.username = 'hosted';
    url.password = 'any';
    const said: unknown[] = [];
    const warned = Object.assign(pino({ level: 'silent' }), {
      warn: (_facts: unknown, message: unknown) => said.push(message),
    });
    const hosted = queueConfig({ databaseUrl: NO_DATABASE, redisUrl: url.href });
    const queues = await openQueues(hosted, { role: 'api', log: warned });
    await queues.close();
    expect(said).to.deep.equal(['cannot read the eviction policy of Redis; it must be noeviction']);
  });

  it('fail an API at once while it is away, and let a worker wait for it', async function () {
    this.timeout(30_000);
    const [api, worker, contract] = [await open('api'), await open(), testJob()];
    worker.work(contract, async () => 'done', { concurrency: 1, log });
    await api.add(contract, { clip: 'a' }, { jobId: 'before_1' });
    await becomes(api, contract, 'before_1', 'completed');
    await server.kill();

    await rejection(api.add(contract, { clip: 'a' }, { jobId: 'a_1' }));
    await rejection(api.isKnown(contract, 'a_1'));
    await rejection(api.isKnown(testJob(), 'a_1'));
    await rejection(api.check());

    const patient = worker.add(contract, { clip: 'a' }, { jobId: 'waited_1' });
    await server.restart();
    await patient;
    await becomes(worker, contract, 'waited_1', 'completed');
    await api.add(contract, { clip: 'a' }, { jobId: 'after_1' });
    await becomes(api, contract, 'after_1', 'completed');
  });

  it('do not open for an API where it is away', async () => {
    await server.kill();
    await rejection(openQueues(settings, { role: 'api', log }));
    await server.restart();
  });
});
