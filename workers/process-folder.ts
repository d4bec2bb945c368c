// A folder of this process's own for sources and workspaces, and an end to those of processes that were killed.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import type { Logger } from 'pino';

export interface ProcessFolder {
  readonly path: string;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 10_000;
// Workers may share a disk without sharing process ids, so life is told by the folder's time alone.
const DEAD_AFTER_MS = 60_000;

export async function openProcessFolder(
  root: string,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<ProcessFolder> {
  const path = join(root, `worker-${randomUUID()}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await removeLeftovers(root, log);
  const beat = setInterval(async () => {
    const now = new Date();
    await utimes(path, now, now).catch((err: unknown) => log.warn({ err }, 'no heartbeat'));
    await removeLeftovers(root, log);
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    path,
    async close() {
      clearInterval(beat);
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function removeLeftovers(root: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const path = join(root, name);
    const found = await stat(path).catch(() => null);
    if (!name.startsWith('worker-') || !found || Date.now() - found.mtimeMs < DEAD_AFTER_MS) {
      continue;
    }
    await rm(path, { recursive: true, force: true }).then(
      () => log.info({ folder: name }, 'removed what a dead worker left'),
      (err: unknown) => log.warn({ err, folder: name }, 'what a dead worker left stays'),
    );
  }
}
