// Loads a stream from a folder or over HTTP and holds it against the rules.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MULTIVARIANT } from '../pipeline/clip-playlists.js';
import { loadStream } from '../pipeline/hls-load.js';
import { checkStream, type Finding } from '../pipeline/hls-rules.js';
import type { ParsedStream } from '../pipeline/hls-stream.js';
import { openStreamFolder } from './stream-folder.js';
import { type HttpOptions, openStreamUrl } from './stream-http.js';

export interface CheckedStream {
  readonly stream: ParsedStream;
  readonly findings: readonly Finding[];
}

/**
 * `location` is a multivariant playlist, as a path or URL, or the folder that holds one.
 * @throws ObjectMissing, PlaylistError where that playlist cannot be read
 */
export async function readStreamAt(
  location: string,
  options: HttpOptions = {},
): Promise<CheckedStream> {
  const stream = /^https?:\/\//i.test(location)
    ? await loadStream(openStreamUrl(location, options), new URL(location).href)
    : await readFolder(location);
  return { stream, findings: checkStream(stream) };
}

export const checkStreamAt = async (
  location: string,
  options: HttpOptions = {},
): Promise<readonly Finding[]> => (await readStreamAt(location, options)).findings;

async function readFolder(location: string): Promise<ParsedStream> {
  const isFolder = await stat(location).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const objects = openStreamFolder(isFolder ? join(location, MULTIVARIANT) : location);
  try {
    return await loadStream(objects, objects.url);
  } finally {
    await objects.close();
  }
}
