// Names a clip's new revision in its row, all at once, if everything is there and nobody has overtaken it.

import type { Knex } from 'knex';

import { enqueueCaptions } from '../pipeline/enqueue-captions.js';
import type { EncodedMedia, WrittenStills } from '../pipeline/jobs/media-jobs.js';
import { CANCELLED } from '../pipeline/media-fault.js';
import { isUnderWay, type MediaFile, overallPercent } from '../pipeline/media-file.js';
import { getMediaFile, lockMediaFile } from '../pipeline/media-file-queries.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { holdsLease } from '../pipeline/media-lease-queries.js';
import { saveCompleted, saveFailed } from '../pipeline/media-move-queries.js';
import { hastenRemoval, queueRemoval, strikeRemoval } from '../pipeline/object-removal-queries.js';
import { captionEncoded, type WrittenCaptions } from './caption-encoded.js';
import type { WorkerContext } from './context.js';
import { untilCookiesExpire } from './stills-media.js';

export interface Publication {
  readonly mediaId: string;
  readonly attempt: number;
  readonly encoded: EncodedMedia;
  readonly stills: WrittenStills;
}

/** @returns false where a newer run, an end or a deletion came first: this one's objects are swept */
export async function publishMedia(
  context: WorkerContext,
  publication: Publication,
): Promise<boolean> {
  const { mediaId, encoded, stills } = publication;
  const prefix = revisionPrefix(mediaId, encoded.revision);
  const file = await findWanted(context.db, publication);
  if (!file) {
    await hastenRemoval(context.db, { prefix });
    return false;
  }
  await expectObjects(context.storage, mediaId, encoded);
  await expectObjects(context.storage, mediaId, stills);
  const captions = await captionEncoded(context, file, encoded);
  const published = await context.db.transaction((trx) =>
    nameRevision(trx, context.config.playback, publication, captions),
  );
  if (!published) await hastenRemoval(context.db, { prefix });
  else await enqueueCaptions(context, mediaId);
  context.mediaEvents.publish(mediaId);
  return published;
}

async function findWanted(
  db: Knex,
  { mediaId, attempt }: Publication,
): Promise<MediaFile | undefined> {
  const file = await getMediaFile(db, mediaId);
  return file?.attempt === attempt && isUnderWay(file) ? file : undefined;
}

async function expectObjects(
  storage: WorkerContext['storage'],
  mediaId: string,
  written: { revision: string; files: readonly string[] },
): Promise<void> {
  for (const file of written.files) {
    const key = revisionKey(mediaId, written.revision, file);
    const found = await storage.head(key);
    if (!found?.size) throw new Error(`${key} is missing`);
  }
}

async function nameRevision(
  trx: Knex.Transaction,
  playback: WorkerContext['config']['playback'],
  { mediaId, attempt, encoded, stills }: Publication,
  captions: WrittenCaptions,
): Promise<boolean> {
  const file = await lockMediaFile(trx, mediaId);
  if (!file || file.attempt !== attempt || !isUnderWay(file)) return false;
  const held =
    (await holdsLease(trx, { mediaId, attempt, stage: 'encode', token: encoded.token })) &&
    (await holdsLease(trx, { mediaId, attempt, stage: 'stills', token: stills.token }));
  if (!held) return false;
  if (file.cancelRequested) {
    await saveFailed(trx, { mediaId, attempt }, CANCELLED);
    return false;
  }
  const keyOf = (name: string) => revisionKey(mediaId, encoded.revision, name);
  await saveCompleted(
    trx,
    {
      ...{ mediaId, attempt, revision: encoded.revision, profile: encoded.profile },
      durationMs: encoded.duration_ms,
      captionsVersion: captions.version,
    },
    {
      stage: 'completed',
      percent: overallPercent('completed'),
      playable: true,
      playlist: keyOf(encoded.playlist),
      renditions: encoded.renditions,
      degraded: encoded.degraded,
      captions: captions.languages,
      duration_ms: encoded.duration_ms,
      cost: encoded.cost,
      storyboard: {
        vtt: keyOf(encoded.storyboard.vtt),
        images: encoded.storyboard.images.map(keyOf),
      },
    },
  );
  if (!(await strikeRemoval(trx, { prefix: revisionPrefix(mediaId, encoded.revision) }))) {
    throw new Error('the revision was swept away before it was published');
  }
  if (file.revision) {
    const former = { prefix: revisionPrefix(mediaId, file.revision) };
    await queueRemoval(trx, former, untilCookiesExpire(playback));
  }
  return true;
}
