// Clips as their makers and viewers are told of them, each in its place.

import type { MediaFile } from '../../pipeline/media-file.js';
import {
  countMediaFilesOfOwner,
  getMediaFile,
  listMediaFiles,
  listMediaFilesOfOwner,
} from '../../pipeline/media-file-queries.js';
import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { listCarousels } from '../stories/carousel.js';
import { getVisibleStory } from '../stories/visible-story.js';
import { type ClipView, placeOf, toClip } from './clip-view.js';
import { clipNotFound } from './media-errors.js';

type Reading = Pick<Context, 'db'>;

/** @throws ApiError MEDIA_NOT_FOUND, also where it is somebody else's and the caller is no admin */
export async function getOwnFile(
  { db }: Reading,
  mediaId: string,
  caller: Caller,
): Promise<MediaFile> {
  const file = await getMediaFile(db, mediaId);
  const own = file?.ownerId === caller.userId || caller.userType === 'admin';
  if (!file || !own) throw clipNotFound();
  return file;
}

/** @throws ApiError MEDIA_NOT_FOUND */
export async function getOwnClip(
  context: Reading,
  mediaId: string,
  caller: Caller,
  origin: string,
): Promise<ClipView> {
  const file = await getOwnFile(context, mediaId, caller);
  const [clip] = await placeAll(context, [file], origin);
  if (!clip) throw clipNotFound();
  return clip;
}

/** @throws ApiError STORY_NOT_FOUND */
export async function listClipsOfStory(
  context: Reading,
  storyId: string,
  caller: Caller | null,
  origin: string,
): Promise<ClipView[]> {
  const { story, own } = await getVisibleStory(context, storyId, caller);
  const files = await listMediaFiles(
    context.db,
    story.carousel.map(({ mediaId }) => mediaId),
  );
  return story.carousel.flatMap(({ mediaId }) => {
    const file = files.find((each) => each.mediaId === mediaId);
    return file ? [toClip(file, placeOf(story.carousel, mediaId), { origin, own })] : [];
  });
}

/** Newest first. */
export async function listClipsOfOwner(
  context: Reading,
  ownerId: string,
  { page, limit }: { page: number; limit: number },
  origin: string,
): Promise<{ clips: ClipView[]; total: number }> {
  const range = { limit, offset: (page - 1) * limit };
  const files = await listMediaFilesOfOwner(context.db, ownerId, range);
  return {
    clips: await placeAll(context, files, origin),
    total: await countMediaFilesOfOwner(context.db, ownerId),
  };
}

async function placeAll({ db }: Reading, files: readonly MediaFile[], origin: string) {
  const carousels = await listCarousels(
    db,
    files.flatMap(({ storyId }) => storyId ?? []),
  );
  return files.map((file) =>
    toClip(file, placeOf(carousels.get(file.storyId ?? '') ?? [], file.mediaId), {
      origin,
      own: true,
    }),
  );
}
