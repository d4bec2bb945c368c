// The database of a running `npm start`, for a command in another terminal.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { isAlive } from './process-identity.js';

/** Null where no Postgres of ours runs on this data folder. */
export async function findRunningDatabase(dataDir: string): Promise<string | null> {
  try {
    const lock = await readFile(resolve(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    const password = await readFile(resolve(dataDir, 'postgres-password'), 'utf8');
    const [pid, , , port] = lock.split('\n');
    if (!isAlive(Number(pid))) return null;
    return `postgres://postgres:${password.trim()}@127.0.0.1:${Number(port)}/postgres`;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw err;
  }
}
