import { itRunsJobs } from '../../fixtures/queue-contract.js';
import { forgetQueues, type QueueSettings, queueConfig } from '../../fixtures/queues.js';
import { type RedisServer, startRedisServer } from '../../fixtures/redis-server.js';

const NO_DATABASE = 'postgres://127.0.0.1:1/none';

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
