// A stream's objects in storage, under one prefix.

import { type ByteSource, keepWindow } from '../pipeline/boxes-bytes.js';
import { ObjectMissing, type StreamObjects } from '../pipeline/hls-objects.js';
import { objectKey } from '../pipeline/storage/object-key.js';
import { ObjectNotFound, type Storage } from '../pipeline/storage/storage.js';

const WINDOW_BYTES = 64 * 1024;

/** Reads nothing outside the prefix. URLs are made of keys. */
export function openStreamStorage(
  storage: Pick<Storage, 'get' | 'head'>,
  prefix: string,
  signal: AbortSignal,
): StreamObjects & { urlOf(file: string): string } {
  const root = `file:///${prefix}`;
  const toKey = (url: string) => {
    if (!url.startsWith(root)) throw new ObjectMissing(`${url} lies outside the stream’s prefix`);
    return objectKey(url.slice('file:///'.length));
  };
  const opened = new Map<string, Promise<ByteSource>>();
  const openMedia = async (url: string): Promise<ByteSource> => {
    const key = toKey(url);
    const info = await storage.head(key);
    if (!info) throw new ObjectMissing(`There is no ${key}`);
    const read: ByteSource['read'] = async (offset, length) => {
      if (length === 0) return Buffer.alloc(0);
      const range = { start: offset, end: offset + length - 1 };
      signal.throwIfAborted();
      const { body } = await storage.get(key, { range });
      return Buffer.concat(await body.toArray());
    };
    return keepWindow({ size: info.size, read }, WINDOW_BYTES);
  };
  return {
    deliveries: [],
    urlOf: (file) => `${root}${file}`,
    async readText(url) {
      try {
        signal.throwIfAborted();
        const { body } = await storage.get(toKey(url));
        return Buffer.concat(await body.toArray()).toString();
      } catch (error) {
        if (!(error instanceof ObjectNotFound)) throw error;
        throw new ObjectMissing(error.message, { cause: error });
      }
    },
    openMedia(url) {
      const source = opened.get(url) ?? openMedia(url);
      opened.set(url, source);
      return source;
    },
  };
}
