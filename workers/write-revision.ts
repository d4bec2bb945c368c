// Writes a run's outputs under a prefix of its own, which is removed again unless a row comes to name it.

import { join } from 'node:path';

import { MULTIVARIANT } from '../pipeline/clip-playlists.js';
import { newRevision, revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import {
  hastenRemoval,
  queueRemoval,
  removeSupersededOutputs,
} from '../pipeline/object-removal-queries.js';
import type { WorkerContext } from './context.js';
import type { StageRun } from './run-stage.js';

export interface Revision {
  readonly revision: string;
  /** Stores files of a folder, in the order given. */
  store(folder: string, files: readonly string[]): Promise<void>;
}

/** Time for a clip's other jobs to end: an output not named by then is taken for an orphan. */
const UNNAMED_SECONDS = 24 * 3600;

export async function writeRevision<T>(
  { db, storage, log }: Pick<WorkerContext, 'db' | 'storage' | 'log'>,
  { lease, signal }: StageRun,
  use: (output: Revision) => Promise<T>,
  name = (token: number) => newRevision(lease.stage === 'stills' ? 'stills' : 'encode', token),
): Promise<T> {
  const { mediaId, token } = lease;
  const revision = name(token);
  const target = { prefix: revisionPrefix(mediaId, revision) };
  await removeSupersededOutputs(db, target.prefix.replace(/\d+-\w+\/$/, ''));
  await queueRemoval(db, target, UNNAMED_SECONDS);
  try {
    return await use({
      revision,
      async store(folder, files) {
        for (const file of files) {
          signal.throwIfAborted();
          const key = revisionKey(mediaId, revision, file);
          await storage.putFile(key, join(folder, file), { ...howServed(file), signal });
        }
      },
    });
  } catch (error) {
    await hastenRemoval(db, target).catch((err: unknown) =>
      log.warn({ err, ...target }, 'outputs stay until their note is due'),
    );
    throw error;
  }
}

/** Media before the playlists that name it, the multivariant playlist last. */
export function playlistsLast(files: readonly string[]): string[] {
  const rank = (file: string) => (file === MULTIVARIANT ? 2 : file.endsWith('.m3u8') ? 1 : 0);
  return [...new Set(files)].toSorted((a, b) => rank(a) - rank(b));
}

const YEAR = 'private, max-age=31536000, immutable';
const MINUTE = 'private, max-age=60';

export function howServed(file: string): { contentType: string; cacheControl: string } {
  if (file.endsWith('.m3u8')) {
    return { contentType: 'application/vnd.apple.mpegurl', cacheControl: MINUTE };
  }
  const contentType = CONTENT_TYPES.find(([end]) => file.endsWith(end))?.[1];
  if (!contentType) throw new Error(`no content type is known for ${file}`);
  return { contentType, cacheControl: YEAR };
}

const CONTENT_TYPES = [
  ['audio.mp4', 'audio/mp4'],
  ['.mp4', 'video/mp4'],
  ['.vtt', 'text/vtt'],
  ['.jpg', 'image/jpeg'],
  ['.webp', 'image/webp'],
] as const;
