// Downloads a clip's source once per worker process, however many of its jobs run here.

import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { MediaFile } from '../pipeline/media-file.js';
import { objectKey } from '../pipeline/storage/object-key.js';
import type { Storage } from '../pipeline/storage/storage.js';
import { type Inspected, toMended } from './inspect-mended.js';

export interface SourceCache {
  /** The file stays in place while `use` runs, and a little longer for the next job of the clip. */
  withSource<T>(
    file: CachedFile,
    signal: AbortSignal,
    use: (path: string) => Promise<T>,
  ): Promise<T>;
  /** What the first of a clip's jobs found out about its source, for the others that run here. */
  inspectOnce(file: CachedFile, inspect: () => Promise<Inspected>): Promise<Inspected>;
  close(): Promise<void>;
}

type CachedFile = Pick<MediaFile, 'mediaId' | 'attempt' | 'filePath' | 'fileSize'>;

interface Entry {
  readonly path: string;
  readonly ready: Promise<void>;
  users: number;
  inspected?: Inspected;
  linger?: NodeJS.Timeout;
}

const LINGER_MS = 15_000;
const GONE_POLL_MS = 50;

/** @param folder of this process alone; made here, and removed by `close` */
export function openSourceCache(
  storage: Pick<Storage, 'download'>,
  folder: string,
  options: { lingerMs?: number } = {},
): SourceCache {
  const entries = new Map<string, Entry>();
  const closing = new AbortController();

  function open(name: string, file: CachedFile): Entry {
    const path = join(folder, name);
    const ready = fetchSource(storage, folder, file, path, closing.signal);
    const entry: Entry = { path, ready, users: 0 };
    entries.set(name, entry);
    ready.catch(() => forget(name, entry));
    return entry;
  }

  async function forget(name: string, entry: Entry) {
    if (entries.get(name) === entry) entries.delete(name);
    await Promise.all([entry.path, toMended(entry.path)].map((path) => rm(path, { force: true })));
  }

  return {
    async withSource(file, signal, use) {
      const name = nameOf(file);
      const entry = entries.get(name) ?? open(name, file);
      clearTimeout(entry.linger);
      entry.users += 1;
      try {
        await unlessAborted(entry.ready, signal);
        return await use(entry.path);
      } finally {
        entry.users -= 1;
        if (entry.users === 0 && entries.get(name) === entry) {
          entry.linger = setTimeout(() => void forget(name, entry), options.lingerMs ?? LINGER_MS);
          entry.linger.unref();
        }
      }
    },
    async inspectOnce(file, inspect) {
      const entry = entries.get(nameOf(file));
      const inspected = entry?.inspected ?? (await inspect());
      if (entry) entry.inspected = inspected;
      return inspected;
    },
    async close() {
      closing.abort(new Error('the worker stops'));
      for (const entry of entries.values()) clearTimeout(entry.linger);
      while ([...entries.values()].some((entry) => entry.users > 0)) await sleep(GONE_POLL_MS);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The choice of a track of sound is the attempt's, too. */
const nameOf = ({ mediaId, attempt }: CachedFile): string => `${mediaId}_${attempt}`;

async function fetchSource(
  storage: Pick<Storage, 'download'>,
  folder: string,
  file: CachedFile,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await storage.download(objectKey(file.filePath), path, signal);
  const { size } = await stat(path);
  if (size !== file.fileSize) {
    throw new Error(`the source has ${size} bytes instead of ${file.fileSize}`);
  }
}

/** One job's end does not stop a download that another waits for. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
