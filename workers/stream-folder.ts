// A stream's objects in a folder.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { openFileSource } from '../pipeline/boxes-bytes.js';
import { ObjectMissing, type StreamObjects } from '../pipeline/hls-objects.js';

/** Reads nothing outside the folder in which the playlist at `path` lies. */
export function openStreamFolder(
  path: string,
): StreamObjects & { readonly url: string; close(): Promise<void> } {
  const url = pathToFileURL(resolve(path)).href;
  const root = new URL('.', url).href;
  const opened = new Map<string, ReturnType<typeof openFileSource>>();
  return {
    url,
    deliveries: [],
    readText: async (object) => readFile(toPath(root, object), 'utf8').catch(toMissing),
    openMedia: (object) => {
      const source = opened.get(object) ?? openObject(root, object);
      opened.set(object, source);
      return source;
    },
    close: async () => {
      const sources = await Promise.allSettled(opened.values());
      await Promise.all(
        sources.map((source) => (source.status === 'fulfilled' ? source.value.close() : null)),
      );
    },
  };
}

const openObject = async (root: string, object: string) =>
  openFileSource(toPath(root, object)).catch(toMissing);

function toPath(root: string, url: string): string {
  if (!url.startsWith(root)) throw new ObjectMissing(`${url} lies outside the stream’s folder`);
  return fileURLToPath(url.split(/[?#]/)[0] ?? url);
}

function toMissing(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOENT' && error.code !== 'EISDIR' && error.code !== 'ENOTDIR') throw error;
  throw new ObjectMissing(`There is no ${error.path ?? 'such file'}`, { cause: error });
}
