// A Postgres of our own, from npm's binaries, on a free port of this machine.

import { once } from 'node:events';
import { realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { findFreePort } from './free-port.js';
import { keepProcess } from './keep-process.js';
import { choosePostgresAccount } from './postgres-account.js';
import { preparePostgresBinaries } from './postgres-binaries.js';
import {
  type Cluster,
  clearPreviousRun,
  dataFolderName,
  endPostmaster,
  initialiseCluster,
  readPostmasterPid,
} from './postgres-cluster.js';

export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  /** Resolves when it has ended, asked or not. */
  readonly exited: Promise<void>;
  /** All connections are closed, everything written is kept. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Where the data lies; made where absent. Absolute. */
  folder: string;
  password: string;
  /** The same port again, for a Postgres that takes another's place. */
  port?: number;
  /** For tests: quick rather than safe, and gone with its folder when it stops. */
  ephemeral?: boolean;
}

const START_TIMEOUT_MS = 90_000;
const GRACE_SECONDS = 8;

/** Takes the place of whatever an earlier run left on the folder. It stops soon after this process, however that ends. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const account = await choosePostgresAccount();
  const binaries = await preparePostgresBinaries({ account, folder: dirname(options.folder) });
  const { folder, password } = options;
  await initialiseCluster({ folder, account, binaries, password });
  const cluster = { folder: await realpath(folder), account, binaries, password };
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    await clearPreviousRun(cluster.folder);
    const port = options.port ?? (await findFreePort());
    const server = launch(cluster, port, options.ephemeral ?? false);
    const failure = await waitUntilReady(server, urlOf(port, password), deadline);
    const running = toHandle(server, cluster, port, options.ephemeral ?? false);
    if (failure === null) return running;
    await running.stop();
    // Backends of a killed postmaster need a moment to go; the port may have been taken just now.
    const passing = /shared memory block|lock file|could not bind/.test(failure);
    if (!passing || Date.now() > deadline) throw new Error(`Postgres did not start:\n${failure}`);
    await sleep(500);
  }
}

interface Server {
  readonly exited: Promise<void>;
  readonly lastLines: () => string;
}

function launch(cluster: Cluster, port: number, ephemeral: boolean): Server {
  const child = keepProcess(
    [
      cluster.binaries.postgres,
      '-D',
      dataFolderName(cluster),
      ...settings(port, ephemeral).flatMap((setting) => ['-c', setting]),
    ],
    {
      account: cluster.account,
      cwd: cluster.folder,
      graceSeconds: ephemeral ? 0 : GRACE_SECONDS,
      ...(ephemeral && { remove: cluster.folder }),
    },
  );
  let lines: string[] = [];
  const keep = (text: string) => {
    lines = [...lines, ...text.split('\n').filter(Boolean)].slice(-30);
  };
  child.stderr?.setEncoding('utf8').on('data', keep);
  child.stdio[3]?.on('error', () => {});
  const exited = once(child, 'exit').then(
    () => {},
    (err: Error) => keep(err.message),
  );
  return { exited, lastLines: () => lines.join('\n') };
}

const settings = (port: number, ephemeral: boolean): string[] => [
  `port=${port}`,
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=300',
  'log_checkpoints=off',
  ...(ephemeral ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
];

/** Null when it answers; else what it last said. */
async function waitUntilReady(
  server: Server,
  url: string,
  deadline: number,
): Promise<string | null> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  while (!ended) {
    const refusal = await tryConnection(url);
    if (refusal === null) return null;
    if (refusal.code === '28P01') {
      return `${refusal.message}: the password beside the data folder is not the one it was made with`;
    }
    if (Date.now() > deadline) return `${refusal.message}\n${server.lastLines()}`;
    await sleep(40);
  }
  return server.lastLines() || 'it ended without a word';
}

async function tryConnection(url: string): Promise<{ code?: string; message: string } | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return null;
  } catch (err) {
    return err as { code?: string; message: string };
  } finally {
    await client.end().catch(() => {});
  }
}

function toHandle(
  server: Server,
  cluster: Cluster,
  port: number,
  ephemeral: boolean,
): EmbeddedPostgres {
  return {
    url: urlOf(port, cluster.password),
    port,
    exited: server.exited,
    async stop() {
      const pid = await readPostmasterPid(cluster.folder);
      if (pid !== null) await endPostmaster(pid);
      await server.exited;
      if (ephemeral) await rm(cluster.folder, { recursive: true, force: true });
    },
  };
}

const urlOf = (port: number, password: string) =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
