// Postgres refuses to run as root: which account runs it then.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/**
 * Null where we are not root and run it ourselves; else the account `postgres`, made where the system has none,
 * and `nobody` where it cannot be made.
 */
export async function choosePostgresAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const present = await findAccount('postgres');
  if (present) return present;
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ]).catch(() => {});
  const account = (await findAccount('postgres')) ?? (await findAccount('nobody'));
  if (!account) throw new Error('No account to run Postgres with: make one called postgres');
  return account;
}

async function findAccount(name: string): Promise<Account | null> {
  const accounts = await readFile('/etc/passwd', 'utf8');
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find(([login]) => login === name);
  if (!fields) return null;
  const account = { uid: Number(fields[2]), gid: Number(fields[3]) };
  return account.uid > 0 ? account : null;
}
