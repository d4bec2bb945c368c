// A job's temporary folder: always its own, always removed.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** `name` is a prefix for people who look; the rest of the folder's name is random. */
export async function withWorkspace<T>(
  root: string,
  name: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(join(resolve(root), `${name.replace(/[^\w-]/g, '_')}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
