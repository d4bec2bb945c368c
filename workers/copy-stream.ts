// Copies a published stream to another revision, all but its captions: those belong to the clip, not to its bytes.

import { posix } from 'node:path';

import { SUBTITLES_START } from '../pipeline/captions-segments.js';
import type { MediaMetadata } from '../pipeline/media-file.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import type { WorkerContext } from './context.js';

export interface PublishedStream {
  readonly mediaId: string;
  readonly revision: string;
  readonly metadata: Pick<MediaMetadata, 'playlist'>;
}

/**
 * The multivariant playlist is left out too: it is what offers the captions, and the caller writes it last.
 * @returns names of the objects copied
 */
export async function copyStream(
  storage: Pick<WorkerContext['storage'], 'list' | 'copy'>,
  from: PublishedStream,
  to: { readonly mediaId: string; readonly revision: string },
  signal: AbortSignal,
): Promise<string[]> {
  const prefix = revisionPrefix(from.mediaId, from.revision);
  const multivariant = posix.basename(from.metadata.playlist ?? '');
  const copied: string[] = [];
  for await (const { key } of storage.list(prefix)) {
    const name = key.slice(prefix.length);
    if (name.startsWith(SUBTITLES_START) || name === multivariant) continue;
    signal.throwIfAborted();
    await storage.copy(key, revisionKey(to.mediaId, to.revision, name));
    copied.push(name);
  }
  return copied;
}
