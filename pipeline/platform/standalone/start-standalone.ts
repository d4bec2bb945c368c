// Everything on one machine: Postgres where none is given, the API, the background process and a worker.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Logger } from 'pino';

import { loadConfig, systemEnvironment } from '../config.js';
import { openLogger } from '../logger.js';
import { migrateToLatest } from '../migrations.js';
import { claimFolder } from './claim-folder.js';
import { checkPort, findFreePort } from './free-port.js';
import { supervisePostgres } from './supervise-postgres.js';
import { type SupervisedProcess, superviseProcess } from './supervise-process.js';

export interface StandaloneOptions {
  /** Settings over those of the environment and `.env`; PORT 0 takes a free port. */
  env?: NodeJS.ProcessEnv;
  /** Prints nothing; what a process said last is told where it does not start. */
  quiet?: boolean;
  log?: Logger;
}

export interface Standalone {
  readonly url: string;
  readonly databaseUrl: string;
  readonly processes: Readonly<Record<ProcessName, SupervisedProcess>>;
  /** The worker drains, then the API and the background process, then Postgres. */
  stop(): Promise<void>;
}

type ProcessName = 'worker' | 'api' | 'background';

/** @throws Error where a setting is wrong, the data folder or port is taken, or a process does not start */
export async function startStandalone(options: StandaloneOptions = {}): Promise<Standalone> {
  const environment = { ...systemEnvironment(), ...options.env };
  const config = loadConfig(environment);
  const { host } = config.http;
  const log =
    options.log ??
    openLogger(
      { ...config.log, ...(options.quiet && { level: 'fatal' as const }) },
      { process: 'standalone' },
    );
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const claim = await claimFolder(config.dataDir);
    stops.push(() => claim.release());
    const port = config.http.port || (await findFreePort(host));
    await checkPort(port, host);
    let databaseUrl = config.database.url;
    if (databaseUrl === null) {
      const postgres = await supervisePostgres(config.dataDir, log);
      stops.push(() => postgres.stop());
      databaseUrl = postgres.url;
    }
    await migrateToLatest({ url: databaseUrl });
    // One port a process: the worker's is the one that the settings name, the background process' the next.
    const metricsPorts = toMetricsPorts(config.ops.metricsPort);
    const start = (name: ProcessName) => {
      const supervised = superviseProcess({
        name,
        entry: ENTRIES[name],
        env: {
          ...environment,
          DATABASE_URL: databaseUrl,
          PORT: String(port),
          DATA_DIR: resolve(config.dataDir),
          METRICS_PORT: metricsPorts[name],
          ...(process.stdout.isTTY && config.environment !== 'production' && { LOG_PRETTY: '1' }),
        },
        log,
        print: options.quiet ? () => {} : (line) => process.stdout.write(`${line}\n`),
        stopSeconds: config.http.drainSeconds + 15,
      });
      stops.push(() => supervised.stop());
      return supervised;
    };
    const processes = {
      background: start('background'),
      api: start('api'),
      worker: start('worker'),
    };
    await Promise.all(Object.values(processes).map(({ ready }) => ready));
    const url = config.http.publicUrl ?? `http://${toReachable(host)}:${port}`;
    log.info({ url }, 'Video Window runs');
    return { url, databaseUrl, processes, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const entry = (path: string) =>
  [`${root}${path}.ts`, `${root}${path}.js`].find((file) => existsSync(file)) ?? path;

const ENTRIES: Readonly<Record<ProcessName, string>> = {
  api: entry('api/main'),
  background: entry('api/background'),
  worker: entry('workers/main'),
};

function toMetricsPorts(port: number | null): Readonly<Partial<Record<ProcessName, string>>> {
  if (port === null) return {};
  return { worker: String(port), background: String(port === 0 ? 0 : port + 1) };
}

const toReachable = (host: string) => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};
