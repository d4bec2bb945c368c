import { createDatabase, type TestDatabase } from '../../fixtures/database.js';
import { itRunsJobs } from '../../fixtures/queue-contract.js';
import { type QueueSettings, queueConfig } from '../../fixtures/queues.js';

describe('queues on Postgres', () => {
  let database: TestDatabase & { close(): Promise<void> };
  let settings: QueueSettings;
  before(async () => {
    database = await createDatabase();
    settings = queueConfig({ databaseUrl: database.url });
  });
  after(() => database.close());

  itRunsJobs(() => settings);
});
