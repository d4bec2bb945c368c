// A maker's captions of a clip: checked, kept as rows, and queued for publishing.

import { z } from 'zod';

import {
  CAPTION_LIMITS,
  CaptionsError,
  parseCaptions,
  writeCaptions,
} from '../../pipeline/captions.js';
import {
  type CaptionRow,
  deleteCaption,
  getCaption,
  listCaptions,
  putCaption,
} from '../../pipeline/captions-queries.js';
import { enqueueCaptions } from '../../pipeline/enqueue-captions.js';
import type { MediaFile } from '../../pipeline/media-file.js';
import { getMediaFile, lockMediaFile } from '../../pipeline/media-file-queries.js';
import type { Context } from '../context.js';
import { ReplyTime } from '../http/wire-types.js';
import {
  captionsInvalid,
  captionsNotFound,
  clipNotFound,
  tooManyCaptions,
} from './media-errors.js';

export const MAX_LANGUAGES = 20;
export const MAX_CAPTION_BYTES = CAPTION_LIMITS.bytes;

export const Caption = z
  .strictObject({
    language: z.string().describe('BCP 47, in its canonical form'),
    label: z.string(),
    cues: z.int().min(1),
    repairs: z.array(
      z.strictObject({
        message: z.string(),
        count: z.int().min(1),
        lines: z.array(z.int().min(1)).describe('The first ten, from 1'),
      }),
    ),
    published: z.boolean().describe('Whether viewers see it, as it is'),
    updated_at: ReplyTime,
  })
  .meta({ id: 'Caption' });

export type CaptionView = z.input<typeof Caption>;

/** Which clip, and whose it must be: for everybody else it is not there, admins included. */
export interface OwnClip {
  readonly mediaId: string;
  readonly ownerId: string;
}

type Changing = Pick<Context, 'db' | 'queues' | 'mediaEvents' | 'log'>;

/** @throws ApiError MEDIA_NOT_FOUND */
export async function findCaptions(
  { db }: Pick<Context, 'db'>,
  clip: OwnClip,
): Promise<CaptionView[]> {
  const file = expectOwn(await getMediaFile(db, clip.mediaId), clip);
  return (await listCaptions(db, clip.mediaId)).map((row) => toView(row, file));
}

/** The checked text. @throws ApiError MEDIA_NOT_FOUND, CAPTIONS_NOT_FOUND */
export async function readCaptions(
  { db }: Pick<Context, 'db'>,
  clip: OwnClip,
  language: string,
): Promise<string> {
  expectOwn(await getMediaFile(db, clip.mediaId), clip);
  const found = await getCaption(db, clip.mediaId, language);
  if (!found) throw captionsNotFound();
  return found.content;
}

/**
 * @param readBody asked for once it is known that the clip is the caller's
 * @throws ApiError MEDIA_NOT_FOUND, CAPTIONS_INVALID, TOO_MANY_CAPTIONS
 */
export async function saveCaptions(
  context: Changing,
  clip: OwnClip,
  { language, label }: { readonly language: string; readonly label: string },
  readBody: () => Promise<Buffer>,
): Promise<CaptionView> {
  const { db } = context;
  const known = expectOwn(await getMediaFile(db, clip.mediaId), clip);
  const { cues, repairs } = check(await readBody(), known.metadata.duration_ms ?? null);
  const content = writeCaptions(cues);
  const changed = await db.transaction(async (trx) => {
    const file = expectOwn(await lockMediaFile(trx, clip.mediaId), clip);
    const others = (await listCaptions(trx, clip.mediaId)).filter(
      (each) => each.language !== language,
    );
    if (others.length >= MAX_LANGUAGES) throw tooManyCaptions(MAX_LANGUAGES);
    return putCaption(trx, file, { language, label, content, cues: cues.length, repairs });
  });
  if (changed) await announce(context, clip.mediaId);
  const found = (await findCaptions(context, clip)).find((each) => each.language === language);
  if (!found) throw captionsNotFound();
  return { ...found, repairs: repairs.map(toRepair) };
}

/** @throws ApiError MEDIA_NOT_FOUND, CAPTIONS_NOT_FOUND */
export async function removeCaptions(
  context: Changing,
  clip: OwnClip,
  language: string,
): Promise<void> {
  await context.db.transaction(async (trx) => {
    const file = expectOwn(await lockMediaFile(trx, clip.mediaId), clip);
    if (!(await deleteCaption(trx, file, language))) throw captionsNotFound();
  });
  await announce(context, clip.mediaId);
}

async function announce(context: Changing, mediaId: string): Promise<void> {
  context.mediaEvents.publish(mediaId);
  await enqueueCaptions(context, mediaId);
}

function expectOwn(file: MediaFile | undefined, { ownerId }: OwnClip): MediaFile {
  if (file?.ownerId !== ownerId) throw clipNotFound();
  return file;
}

function check(body: Buffer, durationMs: number | null) {
  try {
    return parseCaptions(body, durationMs);
  } catch (error) {
    throw error instanceof CaptionsError ? captionsInvalid(error) : error;
  }
}

function toView(
  { language, label, cues, repairs, version, updatedAt }: CaptionRow,
  file: MediaFile,
) {
  const isOffered = file.metadata.captions?.some((each) => each.language === language) ?? false;
  return {
    ...{ language, label, cues, repairs: repairs.map(toRepair) },
    published: isOffered && file.captionsPublished >= version,
    updated_at: updatedAt,
  };
}

const toRepair = ({ message, count, lines }: CaptionRow['repairs'][number]) => ({
  ...{ message, count, lines: [...lines] },
});
