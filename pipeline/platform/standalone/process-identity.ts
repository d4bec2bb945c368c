// Tells a process from a later one that was given the same number.

import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A text that no other process has had or will have, or null where none of that number lives. */
export async function identifyProcess(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const [boot, line] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ]);
  // The program's name, in brackets, may hold spaces; the state is the third field, the start time the 22nd.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  if (!line || fields[0] === 'Z') return null;
  return `${boot.trim()}/${fields[19]}`;
}

/** Whether that process is a Postgres; on Linux also whether it works in that data folder. */
export async function isPostgresOf(pid: number, folder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return /postgres/.test((await ps(pid, 'command=')) ?? '');
  const place = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return place === folder && /postgres/.test(command);
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function ps(pid: number, column: string): Promise<string | null> {
  const found = await run('ps', ['-o', column, '-p', String(pid)]).catch(() => null);
  return found?.stdout.trim() || null;
}
