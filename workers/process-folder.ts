// A folder of this process's own for sources and workspaces, and an end to those of processes that were killed.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Logger } from 'pino';

export interface ProcessFolder {
  readonly path: string;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 10_000;
// Workers may share a disk without sharing process ids, so life is told by the folder's time alone.
const DEAD_AFTER_MS = 60_000;
const BEATS = ['beat-0', 'beat-1'] as const;

export async function openProcessFolder(
  root: string,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<ProcessFolder> {
  const path = join(root, `worker-${randomUUID()}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(path, BEATS[0]), '');
  let beats = 0;
  const beat = async () => {
    const [from, to] = beats % 2 === 0 ? BEATS : BEATS.toReversed();
    beats += 1;
    await rename(join(path, `${from}`), join(path, `${to}`));
    await removeLeftovers(root, path, log);
  };
  await beat();
  const beating = setInterval(
    () => void beat().catch((err: unknown) => log.warn({ err }, 'no heartbeat')),
    HEARTBEAT_MS,
  );
  beating.unref();
  return {
    path,
    async close() {
      clearInterval(beating);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/**
 * Goes by the disk's own clock, which has just timed a change in `own` and needs no space for it: that of a worker may
 * be hours off.
 */
async function removeLeftovers(
  root: string,
  own: string,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const now = (await stat(own)).mtimeMs;
  for (const name of await readdir(root).catch(() => [])) {
    const path = join(root, name);
    const found = await stat(path).catch(() => null);
    if (!name.startsWith('worker-') || !found || now - found.mtimeMs < DEAD_AFTER_MS) continue;
    await rm(path, { recursive: true, force: true }).then(
      () => log.info({ folder: name }, 'removed what a dead worker left'),
      (err: unknown) => log.warn({ err, folder: name }, 'what a dead worker left stays'),
    );
  }
}
