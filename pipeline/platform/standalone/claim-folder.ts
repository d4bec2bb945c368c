// One data folder, one standalone run.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { identifyProcess } from './process-identity.js';

/**
 * Holds the folder for this process until `release`; a claim whose process is gone, also after kill -9, is void.
 * @throws Error where another living process holds it
 */
export async function claimFolder(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'standalone.lock');
  const claim = JSON.stringify({ pid: process.pid, identity: await identifyProcess(process.pid) });
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      await writeFile(path, claim, { flag: 'wx', mode: 0o644 });
      return { release: () => rm(path, { force: true }) };
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    }
    const holder = await readHolder(path);
    if (holder && (await identifyProcess(holder.pid)) === holder.identity) {
      throw new Error(`Video Window already runs on ${folder} (process ${holder.pid})`);
    }
    await rm(path, { force: true });
  }
  throw new Error(`Could not claim ${folder}: others are starting there too`);
}

async function readHolder(path: string): Promise<{ pid: number; identity: string } | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
