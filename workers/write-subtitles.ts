// Writes the captions of a clip beside its stream, and says what that breaks.

import { posix } from 'node:path';

import { parseCaptions } from '../pipeline/captions.js';
import type { CaptionRow } from '../pipeline/captions-queries.js';
import { buildSubtitles } from '../pipeline/captions-segments.js';
import { loadStream } from '../pipeline/hls-load.js';
import { parseMediaPlaylist } from '../pipeline/hls-parse-media.js';
import { parseMultivariant } from '../pipeline/hls-parse-multivariant.js';
import { brokenMusts, checkStream, type Finding } from '../pipeline/hls-rules.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import type { WorkerContext } from './context.js';
import { openStreamStorage } from './stream-storage.js';
import { howServed } from './write-revision.js';

type Objects = Pick<WorkerContext, 'storage'>;

export interface CaptionedStream {
  readonly mediaId: string;
  /** Key or name of the multivariant playlist. */
  readonly playlist: string;
  /** The revision whose playlists are read. */
  readonly from: string;
  /** The revision that is written to. */
  readonly to: string;
}

export async function writeSubtitles(
  { storage }: Objects,
  { mediaId, playlist, from, to }: CaptionedStream,
  captions: readonly CaptionRow[],
  signal: AbortSignal,
): Promise<void> {
  const former = openStreamStorage(storage, revisionPrefix(mediaId, from), signal);
  const read = (name: string) => former.readText(former.urlOf(name), 'playlist');
  const multivariant = posix.basename(playlist);
  const text = await read(multivariant);
  const [variant] = parseMultivariant(text).variants;
  const pictures = parseMediaPlaylist(await read(variant?.uri ?? ''));
  const tracks = captions.map(({ language, label, content }) => ({
    ...{ language, label, cues: parseCaptions(Buffer.from(content)).cues },
  }));
  for (const [name, body] of buildSubtitles({ file: multivariant, text }, pictures, tracks)) {
    const key = revisionKey(mediaId, to, name);
    await storage.put(key, Buffer.from(body), { ...howServed(name), signal });
  }
}

export async function listBroken(
  { storage }: Objects,
  { mediaId, playlist }: Pick<CaptionedStream, 'mediaId' | 'playlist'>,
  revision: string,
  signal: AbortSignal,
): Promise<Finding[]> {
  const objects = openStreamStorage(storage, revisionPrefix(mediaId, revision), signal);
  return brokenMusts(
    checkStream(await loadStream(objects, objects.urlOf(posix.basename(playlist)))),
  );
}

/**
 * What was published before the rules were as they are is no reason to keep its captions back.
 * @throws Error where a rule is broken that was not broken before
 */
export function expectNoneAnew(broken: readonly Finding[], before: readonly Finding[]): void {
  const anew = broken.find(({ rule }) => !before.some((finding) => finding.rule === rule));
  if (anew) throw new Error(`With captions the stream breaks ${anew.rule}: ${anew.message}`);
}
