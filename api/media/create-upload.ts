// Begins an upload: what was announced is checked, and the clip has its row and its place before the first byte.

import { z } from 'zod';

import { insertMediaFile } from '../../pipeline/media-file-queries.js';
import { uploadKey } from '../../pipeline/media-keys.js';
import { newId } from '../../pipeline/platform/ids.js';
import { countUnfinished } from '../../pipeline/queue-rank-queries.js';
import type { Context } from '../context.js';
import { validationError } from '../errors.js';
import { validate } from '../http/validate.js';
import { PublicId, Words } from '../http/wire-types.js';
import { addToCarousel } from '../stories/carousel.js';
import { insufficientStorage, tooManyUnfinished } from './upload-errors.js';
import { insertUpload, type UploadMetadata } from './upload-queries.js';

const Announced = z.object({
  story_id: PublicId('story'),
  filename: z.string().max(4_096).optional().transform(toFilename),
  filetype: z.string().max(4_096).optional().transform(toMimeType),
  context: Words(30).optional(),
  audio_track: z
    .string()
    .regex(/^\d{1,2}$/, 'is a place among the tracks of sound, from 0')
    .transform(Number)
    .optional(),
  replaces: PublicId('media').optional(),
});

export interface NewUploadRequest {
  readonly uploadId: string;
  readonly ownerId: string;
  readonly length: number;
  readonly metadata: UploadMetadata;
}

/**
 * @returns the id of the new clip
 * @throws ApiError VALIDATION_ERROR, STORY_NOT_FOUND, STORY_NOT_DRAFT, TOO_MANY_CLIPS, TOO_MANY_UNFINISHED,
 *   INSUFFICIENT_STORAGE
 */
export async function createUpload(
  { config, db, storage, mediaEvents }: Pick<Context, 'config' | 'db' | 'storage' | 'mediaEvents'>,
  { uploadId, ownerId, length, metadata }: NewUploadRequest,
): Promise<string> {
  const announced = validate('body', Announced, withoutEmpty(metadata));
  const free = await storage.freeBytes();
  if (free !== null && free - length < config.uploads.minFreeBytes) throw insufficientStorage();
  const unfinished = await countUnfinished(db, ownerId);
  if (unfinished >= config.uploads.maxUnfinished) throw tooManyUnfinished(unfinished);

  const mediaId = newId();
  const draft = { storyId: announced.story_id, makerId: ownerId };
  await db.transaction(async (trx) => {
    const placed = await addToCarousel(trx, draft, {
      mediaId,
      context: announced.context ?? null,
      replaces: announced.replaces ?? null,
    });
    if (!placed)
      throw validationError([{ field: 'replaces', message: 'is no clip of this story' }]);
    await insertMediaFile(trx, {
      mediaId,
      storyId: draft.storyId,
      ownerId,
      filename: announced.filename,
      filePath: uploadKey(uploadId),
      fileSize: length,
      mimeType: announced.filetype,
      audioTrack: announced.audio_track,
    });
    const { expirySeconds } = config.uploads;
    await insertUpload(trx, { uploadId, mediaId, ownerId, length, metadata, expirySeconds });
  });
  mediaEvents.publish(draft.storyId);
  return mediaId;
}

/** A name to show and nothing else: no path, no control characters, at most 255 characters, its ending kept. */
function toFilename(given: string | undefined): string {
  const name = (given ?? '')
    .replace(/^.*[/\\]/s, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  const letters = [...name];
  if (letters.length === 0 || /^\.+$/.test(name)) return 'clip';
  if (letters.length <= 255) return name;
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  return letters.slice(0, 255 - ending.length).join('') + ending;
}

/** What the client claims; admission replaces it by what the file is. */
function toMimeType(given: string | undefined): string {
  const claimed = (given ?? '').trim().toLowerCase();
  return /^[\w.+-]{1,48}\/[\w.+-]{1,48}$/.test(claimed) ? claimed : 'application/octet-stream';
}

/** tus clients send a name without a value for what they have no value for. */
const withoutEmpty = (metadata: UploadMetadata) =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => value));
