// Media in a folder. An object is written beside its place, made durable, and then renamed into it.

import { randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream, type Stats } from 'node:fs';
import {
  access,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  statfs,
} from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { contentTypeOf } from './content-type.js';
import { DiskFolder, errorCode } from './disk-folder.js';
import { isObjectKey, keyPrefix, type ObjectKey } from './object-key.js';
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
  readonly #folder: DiskFolder;
  readonly #parts: string;

  constructor(root: string) {
    this.#folder = new DiskFolder(root);
    this.#parts = this.#folder.path(PARTS);
  }

  /** Makes the folder and removes what a killed process left half-written. */
  async open(): Promise<this> {
    await mkdir(this.#parts, { recursive: true });
    for (const name of await readdir(this.#parts)) {
      const path = join(this.#parts, name);
      const stats = await lstat(path).catch(() => null);
      if (stats && Date.now() - stats.mtimeMs > PART_LIFETIME_MS) await rm(path, { force: true });
    }
    return this;
  }

  put(key: ObjectKey, body: Buffer | Readable, { signal }: PutOptions): Promise<void> {
    return this.#write(key, async (part) => {
      const source = Buffer.isBuffer(body) ? Readable.from([body]) : body;
      await pipeline(source, createWriteStream(part, { flush: true }), {
        ...(signal && { signal }),
      });
    });
  }

  putFile(key: ObjectKey, path: string, options: PutOptions): Promise<void> {
    return this.put(key, createReadStream(path), options);
  }

  async get(
    key: ObjectKey,
    { range, signal }: { range?: ByteRange; signal?: AbortSignal } = {},
  ): Promise<StoredObject> {
    signal?.throwIfAborted();
    const opened = await this.#folder.openObject(key);
    if (!opened) throw new ObjectNotFound(key);
    const { file, stats } = opened;
    const end = Math.min(range?.end ?? stats.size - 1, stats.size - 1);
    if (range && range.start > end) {
      await file.close();
      throw new RangeNotSatisfiable(stats.size);
    }
    // An empty file has no last byte to name.
    const body = file.createReadStream(range ? { start: range.start, end } : {});
    const abort = () => body.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    body.once('close', () => signal?.removeEventListener('abort', abort));
    const info = toInfo(key, stats);
    return range ? { body, info, range: { start: range.start, end } } : { body, info };
  }

  async head(key: ObjectKey): Promise<ObjectInfo | null> {
    const stats = await this.#folder.statObject(key);
    return stats && toInfo(key, stats);
  }

  async download(key: ObjectKey, toPath: string, signal?: AbortSignal): Promise<void> {
    const options = { ...(signal && { signal }) };
    const { body } = await this.get(key, options);
    await pipeline(body, createWriteStream(toPath), options);
  }

  async copy(from: ObjectKey, to: ObjectKey): Promise<void> {
    await this.#mustBeThere(from);
    await this.#write(to, async (part) => {
      await copyFile(this.#folder.path(from), part);
      const file = await open(part, 'r+');
      await file.sync().finally(() => file.close());
    });
  }

  async move(from: ObjectKey, to: ObjectKey): Promise<void> {
    await this.#folder.placeAt(to, async (path) => {
      await this.#mustBeThere(from);
      await rename(this.#folder.path(from), path);
    });
    await this.#folder.prune(from);
  }

  async remove(key: ObjectKey): Promise<void> {
    if (await this.#folder.statObject(key)) await rm(this.#folder.path(key), { force: true });
    await this.#folder.prune(key);
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
    const folder = this.#folder.path(keyPrefix(prefix));
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
      throw error;
    });
    for (const entry of found) {
      const key = relative(this.#folder.root, join(entry.parentPath, entry.name));
      const info = entry.isFile() && isObjectKey(key) ? await this.head(key) : null;
      if (info) yield info;
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder.root);
    return bavail * bsize;
  }

  async check(): Promise<void> {
    await access(this.#parts, constants.W_OK);
  }

  async close(): Promise<void> {}

  async #mustBeThere(key: ObjectKey): Promise<void> {
    if (!(await this.#folder.statObject(key))) throw new ObjectNotFound(key);
  }

  async #write(key: ObjectKey, fill: (part: string) => Promise<void>): Promise<void> {
    const part = join(this.#parts, randomUUID());
    try {
      await fill(part);
      await this.#folder.placeAt(key, (path) => rename(part, path));
    } catch (error) {
      await rm(part, { force: true });
      throw isFull(error) ? new StorageFull('no room is left for media', { cause: error }) : error;
    }
  }
}

const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');

/** Every write makes a new file, so that what is written within one tick of the clock still differs. */
const toInfo = (key: ObjectKey, stats: Stats): ObjectInfo => ({
  key,
  size: stats.size,
  modifiedAt: stats.mtime,
  contentType: contentTypeOf(key),
  etag: `"${[stats.size, Math.round(stats.mtimeMs * 1000), stats.ino].map((part) => part.toString(36)).join('-')}"`,
});
