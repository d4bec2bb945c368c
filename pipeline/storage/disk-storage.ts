// Media in a folder. An object is written beside its place, made durable, and then renamed into it.

import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { contentTypeOf } from './content-type.js';
import { type ObjectKey, objectKey } from './object-key.js';
import {
  type ByteRange,
  type ObjectInfo,
  ObjectNotFound,
  type PutOptions,
  RangeNotSatisfiable,
  type Storage,
  StorageFull,
  type StoredObject,
} from './storage.js';

/** Half-written files; not a legal key, so that no object can be mistaken for one. */
const PARTS = '.parts';
const PART_LIFETIME_MS = 24 * 3600 * 1000;

export class DiskStorage implements Storage {
  readonly provider = 'disk';
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** Makes the folder and removes what a killed process left half-written. */
  async open(): Promise<this> {
    await mkdir(join(this.#root, PARTS), { recursive: true });
    for (const name of await readdir(join(this.#root, PARTS))) {
      const path = join(this.#root, PARTS, name);
      const stats = await lstat(path).catch(() => null);
      if (stats && Date.now() - stats.mtimeMs > PART_LIFETIME_MS) await rm(path, { force: true });
    }
    return this;
  }

  put(key: ObjectKey, body: Buffer | Readable, { signal }: PutOptions): Promise<void> {
    return this.#write(key, async (part) => {
      const source = Buffer.isBuffer(body) ? Readable.from([body]) : body;
      await pipeline(source, createWriteStream(part, { flush: true }), signal ? { signal } : {});
    });
  }

  putFile(key: ObjectKey, path: string, { signal }: PutOptions): Promise<void> {
    return this.#write(key, async (part) => {
      await pipeline(
        createReadStream(path),
        createWriteStream(part, { flush: true }),
        signal ? { signal } : {},
      );
    });
  }

  async get(
    key: ObjectKey,
    { range, signal }: { range?: ByteRange; signal?: AbortSignal } = {},
  ): Promise<StoredObject> {
    const stats = await this.#stat(key);
    if (!stats) throw new ObjectNotFound(key);
    const info = toInfo(key, stats);
    if (!range) return { body: createReadStream(this.#path(key), signal ? { signal } : {}), info };
    const end = Math.min(range.end ?? stats.size - 1, stats.size - 1);
    if (range.start > end) throw new RangeNotSatisfiable(stats.size);
    const body = createReadStream(this.#path(key), {
      start: range.start,
      end,
      ...(signal && { signal }),
    });
    return { body, info, range: { start: range.start, end } };
  }

  async head(key: ObjectKey): Promise<ObjectInfo | null> {
    const stats = await this.#stat(key);
    return stats && toInfo(key, stats);
  }

  async download(key: ObjectKey, toPath: string, signal?: AbortSignal): Promise<void> {
    const { body } = await this.get(key, signal ? { signal } : {});
    await pipeline(body, createWriteStream(toPath), signal ? { signal } : {});
  }

  copy(from: ObjectKey, to: ObjectKey): Promise<void> {
    return this.#write(to, async (part) => {
      await missing(from, () => copyFile(this.#path(from), part));
      const file = await open(part, 'r+');
      await file.sync().finally(() => file.close());
    });
  }

  async move(from: ObjectKey, to: ObjectKey): Promise<void> {
    const target = this.#path(to);
    await mkdir(dirname(target), { recursive: true });
    await missing(from, () => rename(this.#path(from), target));
    await this.#pruneFolders(dirname(this.#path(from)));
  }

  async remove(key: ObjectKey): Promise<void> {
    await rm(this.#path(key), { force: true });
    await this.#pruneFolders(dirname(this.#path(key)));
  }

  async removePrefix(prefix: string): Promise<number> {
    let removed = 0;
    for await (const { key } of this.list(prefix)) {
      await this.remove(key);
      removed += 1;
    }
    return removed;
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const folder = this.#path(objectKey(prefix.replace(/\/$/, '')));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const key = objectKey(relative(this.#root, join(entry.parentPath, entry.name)));
      const info = await this.head(key);
      if (info) yield info;
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  async check(): Promise<void> {
    await statfs(this.#root);
  }

  async close(): Promise<void> {}

  #path(key: ObjectKey): string {
    return join(this.#root, key);
  }

  /** Links are not followed: an object is a plain file, or it is not there. */
  async #stat(key: ObjectKey): Promise<Stats | null> {
    const stats = await lstat(this.#path(key)).catch(() => null);
    return stats?.isFile() ? stats : null;
  }

  async #write(key: ObjectKey, fill: (part: string) => Promise<void>): Promise<void> {
    const part = join(this.#root, PARTS, randomUUID());
    const target = this.#path(key);
    try {
      await fill(part);
      await this.#place(part, target);
    } catch (error) {
      await rm(part, { force: true });
      throw isFull(error) ? new StorageFull('no room is left for media', { cause: error }) : error;
    }
  }

  /** A folder may be pruned between its making and the rename; then it is made again. */
  async #place(part: string, target: string, triesLeft = 3): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    try {
      await rename(part, target);
    } catch (error) {
      if (triesLeft === 0 || codeOf(error) !== 'ENOENT') throw error;
      await this.#place(part, target, triesLeft - 1);
    }
  }

  async #pruneFolders(folder: string): Promise<void> {
    if (folder === this.#root || !folder.startsWith(this.#root)) return;
    try {
      await rmdir(folder);
    } catch {
      return; // Not empty, or gone already.
    }
    await this.#pruneFolders(dirname(folder));
  }
}

async function missing(key: ObjectKey, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new ObjectNotFound(key, { cause: error }) : error;
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
const isFull = (error: unknown) => codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';

const toInfo = (key: ObjectKey, stats: Stats): ObjectInfo => ({
  key,
  size: stats.size,
  modifiedAt: stats.mtime,
  contentType: contentTypeOf(key),
  etag: `"${stats.size.toString(16)}-${Math.round(stats.mtimeMs).toString(16)}"`,
});
