// The folder that objects lie in: where a key is on disk, and that no link leads anywhere else.

import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import type { ObjectKey } from './object-key.js';

export class DiskFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  path(key: string): string {
    return join(this.root, key);
  }

  /** An object is a plain file reached through plain folders, or it is not there. */
  async openObject(key: ObjectKey): Promise<{ file: FileHandle; stats: Stats } | null> {
    if (await this.#isLinked(key)) return null;
    const file = await absent(
      open(this.path(key), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK),
    );
    if (!file) return null;
    const stats = await file.stat();
    if (stats.isFile()) return { file, stats };
    await file.close();
    return null;
  }

  async statObject(key: ObjectKey): Promise<Stats | null> {
    if (await this.#isLinked(key)) return null;
    const stats = await absent(lstat(this.path(key)));
    return stats?.isFile() ? stats : null;
  }

  /** Runs `place` once the key's folders are there; again where another's removal prunes them meanwhile. */
  async placeAt(key: ObjectKey, place: (path: string) => Promise<void>): Promise<void> {
    if (await this.#isLinked(key)) throw new Error(`a link stands in the way of ${key}`);
    for (let triesLeft = 3; ; triesLeft -= 1) {
      try {
        await mkdir(dirname(this.path(key)), { recursive: true });
        return await place(this.path(key));
      } catch (error) {
        if (triesLeft === 0 || errorCode(error) !== 'ENOENT') throw error;
      }
    }
  }

  /** Removes the folders above a key that have nothing in them any more. */
  async prune(key: ObjectKey): Promise<void> {
    for (const folder of foldersOf(key).reverse()) {
      const removed = await rmdir(this.path(folder)).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }

  async #isLinked(key: ObjectKey): Promise<boolean> {
    for (const folder of foldersOf(key)) {
      const stats = await absent(lstat(this.path(folder)));
      if (!stats) return false;
      if (stats.isSymbolicLink()) return true;
    }
    return false;
  }
}

export const errorCode = (error: unknown) => (error as NodeJS.ErrnoException | null)?.code;

/** `a/b/c` lies in `a` and in `a/b`. */
const foldersOf = (key: ObjectKey): string[] =>
  key
    .split('/')
    .slice(0, -1)
    .map((_, index, segments) => segments.slice(0, index + 1).join('/'));

/** A name that is too long for a disk can be no object's. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENAMETOOLONG']);

/** Null for what is not there, or is a link where a file was asked for. */
async function absent<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (ABSENT.has(errorCode(error) ?? '')) return null;
    throw error;
  }
}
