// Publishes a completed clip once more, with the captions that its rows have: a whole new revision, or nothing.

import { posix } from 'node:path';

import type { Knex } from 'knex';

import {
  type CaptionRow,
  listCaptions,
  savePublishedCaptions,
} from '../pipeline/captions-queries.js';
import { TimedOutError } from '../pipeline/media-fault.js';
import type { MediaFile, MediaMetadata } from '../pipeline/media-file.js';
import { getMediaFile, lockMediaFile } from '../pipeline/media-file-queries.js';
import { newRevision, revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { hastenRemoval, queueRemoval, strikeRemoval } from '../pipeline/object-removal-queries.js';
import type { WorkerContext } from './context.js';
import { copyStream } from './copy-stream.js';
import { HandBackError, SupersededError } from './run-stopped.js';
import { untilCookiesExpire } from './stills-media.js';
import { expectNoneAnew, listBroken, writeSubtitles } from './write-subtitles.js';

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
    const { mediaId } = file;
    const former = { ...file, revision: file.revision ?? '' };
    const playlist = file.metadata.playlist ?? '';
    const stream = { mediaId, playlist, from: former.revision, to: revision };
    await copyStream(context.storage, former, { mediaId, revision }, signal);
    await writeSubtitles(context, stream, captions, signal);
    const broken = await listBroken(context, stream, revision, signal);
    if (broken.length > 0) {
      expectNoneAnew(broken, await listBroken(context, stream, former.revision, signal));
    }
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
