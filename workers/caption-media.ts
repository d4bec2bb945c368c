// Publishes a completed clip once more, with the captions that its rows have: a whole new revision, or nothing.

import { posix } from 'node:path';

import type { Knex } from 'knex';

import { parseCaptions } from '../pipeline/captions.js';
import {
  type CaptionRow,
  listCaptions,
  savePublishedCaptions,
} from '../pipeline/captions-queries.js';
import { buildSubtitles } from '../pipeline/captions-segments.js';
import { loadStream } from '../pipeline/hls-load.js';
import { parseMediaPlaylist } from '../pipeline/hls-parse-media.js';
import { parseMultivariant } from '../pipeline/hls-parse-multivariant.js';
import { brokenMusts, checkStream, type Finding } from '../pipeline/hls-rules.js';
import { TimedOutError } from '../pipeline/media-fault.js';
import type { MediaFile, MediaMetadata } from '../pipeline/media-file.js';
import { getMediaFile, lockMediaFile } from '../pipeline/media-file-queries.js';
import { newRevision, revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { hastenRemoval, queueRemoval, strikeRemoval } from '../pipeline/object-removal-queries.js';
import type { WorkerContext } from './context.js';
import { copyStream } from './copy-stream.js';
import { HandBackError, SupersededError } from './run-stopped.js';
import { untilCookiesExpire } from './stills-media.js';
import { openStreamStorage } from './stream-storage.js';
import { howServed } from './write-revision.js';

type Captioning = Pick<
  WorkerContext,
  'config' | 'db' | 'storage' | 'mediaEvents' | 'draining' | 'log'
>;

export interface CaptionsJob {
  readonly mediaId: string;
  readonly lockLost: AbortSignal;
  readonly timeoutMs: number;
}

/** Objects that no row names by then are taken for orphans. */
const UNNAMED_SECONDS = 6 * 3600;

/**
 * @returns false where there is nothing (more) to publish, or a change came first: that has a job of its own
 * @throws HandBackError, SupersededError
 */
export async function captionMedia(context: Captioning, job: CaptionsJob): Promise<boolean> {
  const { db, draining } = context;
  if (draining.aborted) throw new HandBackError('the worker stops', 0);
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new TimedOutError('the captions ran past their deadline')),
    job.timeoutMs,
  );
  const signal = AbortSignal.any([deadline.signal, job.lockLost, draining]);
  try {
    const file = await getMediaFile(db, job.mediaId);
    if (!file || !isDue(file)) return false;
    const captions = await listCaptions(db, job.mediaId);
    const isBare = captions.length === 0 && !file.metadata.captions?.length;
    const published = isBare
      ? await db.transaction((trx) => nameRevision(trx, context, file, null, []))
      : await publishAnew(context, file, captions, signal);
    if (published) context.mediaEvents.publish(job.mediaId);
    return published;
  } catch (error) {
    if (draining.aborted) throw new HandBackError('the worker stops', 0);
    if (job.lockLost.aborted) throw new SupersededError('the job was lost', { cause: error });
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

const isDue = ({ status, revision, captionsVersion, captionsPublished }: MediaFile) =>
  status === 'completed' && revision !== null && captionsVersion !== captionsPublished;

/** Noted for removal before the first object is written; naming the revision strikes the note. */
async function publishAnew(
  context: Captioning,
  file: MediaFile,
  captions: readonly CaptionRow[],
  signal: AbortSignal,
): Promise<boolean> {
  const { db, log } = context;
  const revision = newRevision('captions', file.captionsVersion);
  const target = { prefix: revisionPrefix(file.mediaId, revision) };
  await queueRemoval(db, target, UNNAMED_SECONDS);
  let named = false;
  try {
    const former = { ...file, revision: file.revision ?? '' };
    await copyStream(context.storage, former, { mediaId: file.mediaId, revision }, signal);
    await writeSubtitles(context, file, revision, captions, signal);
    await expectSound(context, file, revision, signal);
    signal.throwIfAborted();
    named = await db.transaction((trx) => nameRevision(trx, context, file, revision, captions));
    return named;
  } finally {
    if (!named) {
      await hastenRemoval(db, target).catch((err: unknown) =>
        log.warn({ err, ...target }, 'outputs stay until their note is due'),
      );
    }
  }
}

async function writeSubtitles(
  { storage }: Captioning,
  file: MediaFile,
  revision: string,
  captions: readonly CaptionRow[],
  signal: AbortSignal,
): Promise<void> {
  const former = openStreamStorage(
    storage,
    revisionPrefix(file.mediaId, file.revision ?? ''),
    signal,
  );
  const read = (name: string) => former.readText(former.urlOf(name), 'playlist');
  const multivariant = posix.basename(file.metadata.playlist ?? '');
  const text = await read(multivariant);
  const [variant] = parseMultivariant(text).variants;
  const pictures = parseMediaPlaylist(await read(variant?.uri ?? ''));
  const tracks = captions.map(({ language, label, content }) => ({
    ...{ language, label, cues: parseCaptions(Buffer.from(content)).cues },
  }));
  for (const [name, body] of buildSubtitles({ file: multivariant, text }, pictures, tracks)) {
    const key = revisionKey(file.mediaId, revision, name);
    await storage.put(key, Buffer.from(body), { ...howServed(name), signal });
  }
}

/** What was published before the rules were as they are is no reason to keep its captions back. */
async function expectSound(
  { storage }: Captioning,
  file: MediaFile,
  revision: string,
  signal: AbortSignal,
): Promise<void> {
  const check = async (checked: string): Promise<Finding[]> => {
    const objects = openStreamStorage(storage, revisionPrefix(file.mediaId, checked), signal);
    const url = objects.urlOf(posix.basename(file.metadata.playlist ?? ''));
    return brokenMusts(checkStream(await loadStream(objects, url)));
  };
  const broken = await check(revision);
  if (broken.length === 0) return;
  const before = await check(file.revision ?? '');
  const anew = broken.find(({ rule }) => !before.some((finding) => finding.rule === rule));
  if (anew) throw new Error(`With captions the stream breaks ${anew.rule}: ${anew.message}`);
}

/** Compares and sets: the row must still name the revision that was copied, and want what was written. */
async function nameRevision(
  trx: Knex.Transaction,
  { config }: Pick<Captioning, 'config'>,
  expected: MediaFile,
  revision: string | null,
  captions: readonly CaptionRow[],
): Promise<boolean> {
  const { mediaId, captionsVersion: version } = expected;
  const file = await lockMediaFile(trx, mediaId);
  const isSame = file?.revision === expected.revision && file.captionsVersion === version;
  if (!file || !isSame || !isDue(file)) return false;
  const languages = captions.map(({ language, label }) => ({ language, label }));
  const patch = { captions: languages, ...(revision && moveKeys(file, revision)) };
  await savePublishedCaptions(trx, mediaId, { version, revision, patch });
  if (!revision || !file.revision) return true;
  if (!(await strikeRemoval(trx, { prefix: revisionPrefix(mediaId, revision) }))) {
    throw new Error('the revision was swept away before it was published');
  }
  const former = { prefix: revisionPrefix(mediaId, file.revision) };
  await queueRemoval(trx, former, untilCookiesExpire(config.playback));
  return true;
}

/** Stills have a prefix of their own and stay where they are. */
function moveKeys({ mediaId, metadata }: MediaFile, revision: string): Partial<MediaMetadata> {
  const move = (key: string) => revisionKey(mediaId, revision, posix.basename(key));
  const { playlist, storyboard } = metadata;
  return {
    ...(playlist && { playlist: move(playlist) }),
    ...(storyboard && {
      storyboard: { vtt: move(storyboard.vtt), images: storyboard.images.map(move) },
    }),
  };
}
