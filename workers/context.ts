// What processors reach the outside through, opened once.

import { hostname } from 'node:os';
import { join } from 'node:path';

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { openQueues, type Queues } from '../pipeline/jobs/open-queues.js';
import { type MediaEvents, openMediaEvents } from '../pipeline/media-events.js';
import type { Config } from '../pipeline/platform/config.js';
import { databaseUrl, openDatabase } from '../pipeline/platform/database.js';
import { countStorage } from '../pipeline/storage/count-storage.js';
import { openStorage } from '../pipeline/storage/open-storage.js';
import type { Storage } from '../pipeline/storage/storage.js';
import { type FfmpegTools, openFfmpeg } from './ffmpeg.js';
import { openProcessFolder } from './process-folder.js';
import { openRoster, type Roster } from './roster.js';
import { openSourceCache, type SourceCache } from './source-cache.js';
import { openWorkerMetrics, type WorkerMetrics } from './worker-metrics.js';

export interface WorkerContext {
  readonly config: Pick<Config, 'media' | 'images' | 'worker' | 'scanner' | 'playback'>;
  readonly db: Knex;
  readonly storage: Storage;
  readonly queues: Queues;
  readonly mediaEvents: Pick<MediaEvents, 'publish'>;
  readonly ffmpeg: FfmpegTools;
  readonly sources: SourceCache;
  /** Folder for workspaces, of this process alone. */
  readonly workspaces: string;
  /** Names this process in leases and logs. */
  readonly holder: string;
  /** Aborted when the worker may wait no longer for what it runs. */
  readonly draining: AbortSignal;
  readonly metrics: WorkerMetrics;
  /** What runs here at the moment, for people to see. */
  readonly roster: Roster;
  readonly log: Logger;
}

/** @param life hears how to close each part, in the order they were opened */
export async function openWorkerContext(
  config: Config,
  life: {
    readonly log: Logger;
    readonly draining: AbortSignal;
    onStop(name: string, stop: () => unknown): void;
  },
): Promise<WorkerContext> {
  const { log, draining, onStop } = life;
  const database = openDatabase(config.database, { applicationName: 'vw-worker', log });
  onStop('database', () => database.close());
  const metrics = openWorkerMetrics({
    workspaces: config.worker.workspaceDir,
    ...(config.storage.provider === 'disk' && { media: config.storage.root }),
  });
  const storage = countStorage(await openStorage(config.storage), metrics.countBytes);
  onStop('storage', () => storage.close());
  const mediaEvents = openMediaEvents({
    pool: database.pool,
    connectionString: databaseUrl(config.database),
    log,
  });
  onStop('media events', () => mediaEvents.close());
  const queues = await openQueues(config, { role: 'worker', log });
  onStop('queues', () => queues.close());
  const folder = await openProcessFolder(config.worker.workspaceDir, log);
  onStop('folder', () => folder.close());
  const sources = openSourceCache(storage, join(folder.path, 'sources'));
  onStop('sources', () => sources.close());
  return {
    config,
    db: database.db,
    storage,
    queues,
    mediaEvents,
    ffmpeg: { ...(await openFfmpeg(config.worker, log)), onRunning: metrics.countFfmpeg },
    sources,
    workspaces: folder.path,
    holder: `${hostname()}:${process.pid}`,
    draining,
    metrics,
    roster: openRoster(),
    log,
  };
}
