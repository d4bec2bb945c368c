// The API process.

import { loadConfig } from '../pipeline/platform/config.js';
import { runUntilSignal } from '../pipeline/platform/lifecycle.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { migrateAtStart } from '../pipeline/platform/migrations.js';
import { createApp } from './app.js';
import { openContext } from './context.js';
import { startServer } from './http/start-server.js';

const config = loadConfig();
const log = openLogger(config.log, { process: 'api' });

await runUntilSignal({ log, deadlineSeconds: config.http.drainSeconds + 5 }, async (life) => {
  await migrateAtStart(config);
  const context = await openContext(config, { log, draining: life.stopping });
  life.onStop('context', () => context.close());
  const server = await startServer(createApp(context), config.http);
  life.onStop('server', () => server.drain());
  log.info({ address: server.address }, `listening on ${server.address}`);
});
