// npm run reencode -- --profile-below N | --clip media_…: has completed clips made anew, behind all that makers wait for.

import { parseArgs } from 'node:util';

import { openQueues } from '../pipeline/jobs/open-queues.js';
import { openMediaEvents } from '../pipeline/media-events.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { databaseUrl, openDatabase } from '../pipeline/platform/database.js';
import { fromPublicId } from '../pipeline/platform/ids.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { migrateAtStart } from '../pipeline/platform/migrations.js';
import { findRunningDatabase } from '../pipeline/platform/standalone/find-database.js';
import { reencodeAll } from '../pipeline/reencode-all.js';
import { type ReencodeOutcome, requestReencode } from '../pipeline/reencode-media.js';
import { countReencodable, countReencodes } from '../pipeline/reencode-queries.js';
import { openStorage } from '../pipeline/storage/open-storage.js';

const USAGE = `npm run reencode -- --profile-below N [--failed-too] [--dry-run]
npm run reencode -- --clip media_… [--clip media_… …]`;

const WORDS: Readonly<Record<ReencodeOutcome, string>> = {
  queued: 'queued',
  waiting: 'queued before',
  'not-found': 'not there any more',
  'not-ready': 'not completed',
  'source-gone': 'without a source to start from',
};

const order = readOrder();
if (!order) {
  console.error(USAGE);
  process.exit(2);
}
try {
  process.exitCode = await run(order);
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exitCode = 1;
}

type Order =
  | { readonly clips: readonly string[] }
  | { readonly profileBelow: number; readonly failedToo: boolean; readonly dryRun: boolean };

function readOrder(): Order | null {
  try {
    const { values } = parseArgs({
      options: {
        'profile-below': { type: 'string' },
        clip: { type: 'string', multiple: true },
        'failed-too': { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const below = values['profile-below'];
    if (values.clip && below === undefined) {
      const clips = values.clip.map((id) => fromPublicId('media', id));
      return clips.includes(null) ? null : { clips: clips.flatMap((id) => id ?? []) };
    }
    if (values.clip || !below || !/^\d{1,6}$/.test(below)) return null;
    return {
      profileBelow: Number(below),
      failedToo: values['failed-too'],
      dryRun: values['dry-run'],
    };
  } catch {
    return null;
  }
}

/** @returns the exit code */
async function run(given: Order): Promise<number> {
  const settings = loadConfig();
  const url = settings.database.url ?? (await findRunningDatabase(settings.dataDir));
  if (!url) throw new Error('Nothing runs here: set DATABASE_URL, or begin with npm start');
  const config = { ...settings, database: { url, poolSize: 3 } };
  const log = openLogger({ ...config.log, level: 'warn' }, { process: 'command' });
  await migrateAtStart(config);
  const { db, pool, close } = openDatabase(config.database, {
    applicationName: 'vw-reencode',
    log,
  });
  const storage = await openStorage(config.storage);
  const queues = await openQueues(config, { role: 'api', log });
  const connectionString = databaseUrl(config.database);
  const mediaEvents = openMediaEvents({ pool, connectionString, log });
  const context = { db, queues, storage, mediaEvents, log };
  try {
    if ('clips' in given) {
      let refused = 0;
      for (const [at, mediaId] of given.clips.entries()) {
        const outcome = await requestReencode(context, mediaId);
        console.log(`clip ${at + 1}: ${WORDS[outcome]}`);
        if (outcome !== 'queued' && outcome !== 'waiting') refused += 1;
      }
      return refused > 0 ? 1 : 0;
    }
    const total = await countReencodable(db, given);
    console.log(
      `${total} ${total === 1 ? 'clip was' : 'clips were'} published with a profile below ${given.profileBelow}`,
    );
    if (given.dryRun || total === 0) return 0;
    const counts = await reencodeAll(context, {
      ...given,
      onPage: (done) => console.log(`${done} of ${total}`),
    });
    for (const [outcome, count] of Object.entries(counts)) {
      if (count > 0) console.log(`${count} ${WORDS[outcome as ReencodeOutcome]}`);
    }
    const { waiting, failed } = await countReencodes(db);
    console.log(
      `${waiting} wait or run now; ${failed} could not be made anew and are as they were`,
    );
    return 0;
  } finally {
    await mediaEvents.close();
    await queues.close();
    await storage.close();
    await close();
  }
}
