// npm run migrate -- up | down

import { loadConfig } from './config.js';
import { openLogger } from './logger.js';
import { migrateToLatest, rollbackAll } from './migrations.js';

const config = loadConfig();
const log = openLogger(config.log, { process: 'command' });
const direction = process.argv[2] ?? 'up';

if (direction === 'up') {
  await migrateToLatest(config.database);
  log.info('the tables are up to date');
} else if (direction === 'down') {
  await rollbackAll(config.database);
  log.info('the tables are gone');
} else {
  log.error(`say "up" or "down", not "${direction}"`);
  process.exitCode = 2;
}
