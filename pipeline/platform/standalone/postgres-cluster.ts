// The data folder of an embedded Postgres: made once, and cleared of what an earlier run left.

import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { Account } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { isAlive, isPostgresOf } from './process-identity.js';

export interface Cluster {
  readonly folder: string;
  readonly account: Account | null;
  readonly binaries: PostgresBinaries;
  readonly password: string;
}

/**
 * The data folder as Postgres is to name it. Another account may not be able to reach it by its path (a project under
 * a closed home folder); it starts inside it, having been put there by root, and names it by where it stands.
 */
export const dataFolderName = ({ folder, account }: Pick<Cluster, 'folder' | 'account'>): string =>
  account && process.platform === 'linux' ? '/proc/self/cwd' : folder;

/**
 * Makes the cluster where there is none. A half-made one, after a crash, is made anew.
 * @throws Error where the folder is of another major version of Postgres
 */
export async function initialiseCluster(cluster: Cluster): Promise<void> {
  const { folder, account, binaries } = cluster;
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version !== null) return checkVersion(version.trim(), cluster);
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  if (account) await chown(draft, account.uid, account.gid);
  await withPasswordFile(cluster, (passwordFile) =>
    promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${dataFolderName({ ...cluster, folder: draft })}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      { cwd: draft, env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }, ...account },
    ),
  );
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

async function checkVersion(version: string, { folder, binaries }: Cluster): Promise<void> {
  const { stdout } = await promisify(execFile)(binaries.postgres, ['--version']);
  const ours = /(\d+)\./.exec(stdout)?.[1];
  if (ours === version) return;
  throw new Error(
    `${folder} was made by Postgres ${version}, npm brings ${ours}: dump it with the older, or move it away`,
  );
}

/** In a folder that the other account can reach, for the moment that initdb takes. */
async function withPasswordFile(
  { account, password }: Cluster,
  use: (path: string) => Promise<unknown>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vw-initdb-'));
  const path = join(folder, 'password');
  try {
    await writeFile(path, `${password}\n`, { mode: 0o600 });
    if (account) await chown(path, account.uid, account.gid);
    if (account) await chmod(folder, 0o711);
    await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends a Postgres that an earlier run left on the folder, and removes a lock that nobody holds. */
export async function clearPreviousRun(folder: string): Promise<void> {
  const pid = await readPostmasterPid(folder);
  if (pid === null) return;
  if (await isPostgresOf(pid, folder)) return endPostmaster(pid);
  await rm(join(folder, 'postmaster.pid'), { force: true });
}

export async function readPostmasterPid(folder: string): Promise<number | null> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : Number(text.split('\n')[0]);
}

/** SIGINT: fast shutdown; SIGQUIT: at once, with recovery at the next start. */
export async function endPostmaster(pid: number): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw err;
    }
    for (let waited = 0; waited < waitMs && isAlive(pid); waited += 25) await sleep(25);
  }
}
