// Takes what was encoded for the same bytes of the same maker, instead of encoding them once more.

import { posix } from 'node:path';

import { ENCODE_PROFILE } from '../pipeline/encode-profile.js';
import { loadStream } from '../pipeline/hls-load.js';
import { brokenMusts, checkStream } from '../pipeline/hls-rules.js';
import type { EncodedMedia } from '../pipeline/jobs/media-jobs.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { offerSubtitles } from '../pipeline/playlists.js';
import { findTwin, type Twin } from '../pipeline/twin-queries.js';
import type { WorkerContext } from './context.js';
import { copyStream } from './copy-stream.js';
import type { StageRun } from './run-stage.js';
import { openStreamStorage } from './stream-storage.js';
import { howServed } from './write-revision.js';

/**
 * Copies a twin's stream under the revision given, as objects of its own, and holds it against the rules.
 * @returns null where there is no twin, or where it went away or was changed meanwhile
 */
export async function copyTwin(
  context: Pick<WorkerContext, 'db' | 'storage' | 'log'>,
  { file, lease, signal }: Pick<StageRun, 'file' | 'lease' | 'signal'>,
  revision: string,
): Promise<EncodedMedia | null> {
  const twin = await findTwin(context.db, file.mediaId);
  const { playlist, storyboard, renditions, duration_ms } = twin?.metadata ?? {};
  if (!twin || !playlist || !storyboard || !renditions || !duration_ms) return null;
  const to = { mediaId: file.mediaId, revision };
  const began = performance.now();
  const names = await copyWhole(context, twin, to, signal).catch(async (error: unknown) => {
    signal.throwIfAborted();
    const now = await findTwin(context.db, file.mediaId);
    if (now?.mediaId === twin.mediaId && now.revision === twin.revision) throw error;
    return null;
  });
  if (!names) {
    await context.storage.removePrefix(revisionPrefix(file.mediaId, revision));
    return null;
  }
  context.log.info({ mediaId: file.mediaId, twin: twin.mediaId }, 'the same bytes: copied');
  return {
    ...{
      revision,
      token: lease.token,
      profile: ENCODE_PROFILE,
      files: names,
      playlist: posix.basename(playlist),
    },
    duration_ms,
    cost: { wall_s: Math.round((performance.now() - began) / 10) / 100, cpu_s: 0 },
    renditions,
    degraded: twin.metadata.degraded ?? [],
    storyboard: {
      vtt: posix.basename(storyboard.vtt),
      images: storyboard.images.map((image) => posix.basename(image)),
    },
  };
}

/** @returns names of all objects; the multivariant playlist is written last */
async function copyWhole(
  { storage }: Pick<WorkerContext, 'storage'>,
  twin: Twin,
  to: { readonly mediaId: string; readonly revision: string },
  signal: AbortSignal,
): Promise<string[]> {
  const names = await copyStream(storage, twin, to, signal);
  const multivariant = posix.basename(twin.metadata.playlist ?? '');
  const former = openStreamStorage(storage, revisionPrefix(twin.mediaId, twin.revision), signal);
  const text = await former.readText(former.urlOf(multivariant), 'playlist');
  const body = Buffer.from(offerSubtitles(text, []));
  const key = revisionKey(to.mediaId, to.revision, multivariant);
  await storage.put(key, body, { ...howServed(multivariant), signal });
  const copied = openStreamStorage(storage, revisionPrefix(to.mediaId, to.revision), signal);
  const stream = await loadStream(copied, copied.urlOf(multivariant));
  const broken = brokenMusts(checkStream(stream))[0];
  if (broken) throw new Error(`The copied stream breaks ${broken.rule}: ${broken.message}`);
  return [...names, multivariant];
}
