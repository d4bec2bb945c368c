// A storage that tells how many bytes go through it, and is the same otherwise.

import { stat } from 'node:fs/promises';

import type { Storage } from './storage.js';

type Count = (direction: 'read' | 'written', bytes: number) => void;

/** Counts what is done, and streams not at all: workers move files and buffers. */
export function countStorage(storage: Storage, count: Count): Storage {
  const counted: Pick<Storage, 'put' | 'putFile' | 'download'> = {
    async put(key, body, options) {
      await storage.put(key, body, options);
      if (Buffer.isBuffer(body)) count('written', body.length);
    },
    async putFile(key, path, options) {
      await storage.putFile(key, path, options);
      count('written', await sizeOf(path));
    },
    async download(key, toPath, signal) {
      await storage.download(key, toPath, signal);
      count('read', await sizeOf(toPath));
    },
  };
  return new Proxy(storage, {
    get(target, name) {
      if (name in counted) return counted[name as keyof typeof counted];
      const own = Reflect.get(target, name, target);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

/** A file that is gone meanwhile was not worth an error. */
const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
