// npm run fleet [-- --once | --json]: workers, what each runs, queues and the backlog, live in a terminal.

import { setTimeout as sleep } from 'node:timers/promises';

import { openQueues } from '../pipeline/jobs/open-queues.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { openDatabase } from '../pipeline/platform/database.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { findRunningDatabase } from '../pipeline/platform/standalone/find-database.js';
import { type FleetView, fleetText } from './ops/fleet-text.js';
import { type FleetReader, openFleetReader } from './ops/read-fleet.js';

const EVERY_MS = 1_000;
const CLEAR = '\x1b[H\x1b[2J';

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--once' && flag !== '--json');
if (unknown.length > 0) {
  console.error('npm run fleet [-- --once | --json]');
  process.exit(2);
}
try {
  await watch();
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exit(1);
}
process.exit(0);

async function watch(): Promise<void> {
  const settings = loadConfig();
  const url = settings.database.url ?? (await findRunningDatabase(settings.dataDir));
  if (!url) throw new Error('Nothing runs here: set DATABASE_URL, or begin with npm start');
  const config = { ...settings, database: { url, poolSize: 3 } };
  const log = openLogger({ ...config.log, level: 'fatal' }, { process: 'command' });
  const { db, close } = openDatabase(config.database, { applicationName: 'vw-fleet', log });
  const queues = await openQueues(config, { role: 'api', log });
  try {
    await show(openFleetReader({ config, db, queues }, EVERY_MS / 2));
  } finally {
    await queues.close();
    await close();
  }
}

async function show(fleet: FleetReader): Promise<void> {
  const live = process.stdout.isTTY && flags.length === 0;
  if (!live) return void process.stdout.write(print(await read(fleet)));
  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  while (!stopped) {
    // What is away for a moment does not end the view.
    const page = await read(fleet).then(print, (err: unknown) => `${String(err)}\n`);
    process.stdout.write(`${CLEAR}${page}`);
    await sleep(EVERY_MS);
  }
}

async function read(fleet: FleetReader): Promise<FleetView> {
  const [workers, queues, backlog] = await Promise.all([
    fleet.workers(),
    fleet.queues(),
    fleet.backlog(),
  ]);
  return { workers, queues, backlog };
}

function print(view: FleetView): string {
  if (flags.includes('--json')) return `${JSON.stringify(view, null, 2)}\n`;
  return fleetText(view, new Date(), process.stdout.isTTY ? process.stdout.columns : undefined);
}
