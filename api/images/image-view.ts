// A picture on the wire: how far it is, and the addresses of its sizes.

import type { Request } from 'express';
import { z } from 'zod';

import { IMAGE_STATUSES, type Image } from '../../pipeline/image.js';
import { IMAGE_PURPOSES } from '../../pipeline/images.js';
import type { Context } from '../context.js';
import { ReplyId, ReplyTime } from '../http/wire-types.js';
import { edgeOrigin } from '../media/public-origin.js';
import { signPrefix } from '../media/signed-urls.js';
import { SECTION_TYPES } from '../stories/story.js';

const picture = {
  image_id: ReplyId('image'),
  placeholder: z.string().nullable().describe('ThumbHash, base64'),
  sizes: z
    .array(
      z.strictObject({
        ...{ width: z.int(), height: z.int() },
        ...{ avif_url: z.url(), webp_url: z.url(), jpeg_url: z.url() },
      }),
    )
    .describe('Ascending by width'),
  expires_at: ReplyTime.nullable().describe('Until when the addresses open; null means always'),
};

/** A picture that is ready. */
export const Picture = z.strictObject(picture).meta({ id: 'Picture' });

export const ImageReply = z
  .strictObject({
    ...picture,
    purpose: z.enum(IMAGE_PURPOSES),
    story_id: ReplyId('story').nullable(),
    section: z.enum(SECTION_TYPES).nullable(),
    status: z.enum(IMAGE_STATUSES),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    created_at: ReplyTime,
  })
  .meta({ id: 'Image' });

export type PictureView = z.input<typeof Picture>;
export type PictureSigner = (image: Image) => PictureView;

/** Avatars have plain public addresses; the rest get signed ones. */
export function pictureSigner(
  { config, keys, clock }: Pick<Context, 'config' | 'keys' | 'clock'>,
  request: Request,
): PictureSigner {
  const origin = edgeOrigin(config, request);
  return ({ imageId, placeholder, sizes }) => {
    const key = sizes[0]?.jpeg;
    const isPrivate = key !== undefined && !key.startsWith('public/');
    const prefix = key?.slice(0, key.lastIndexOf('/') + 1) ?? '';
    const { urlSeconds: seconds } = config.images;
    const opened = isPrivate
      ? signPrefix(keys.playback, { origin, prefix, seconds }, clock.now())
      : { expiresAt: null, at: (each: string) => `${origin}/${each}` };
    return {
      image_id: imageId,
      placeholder,
      sizes: sizes.map(({ width, height, avif, webp, jpeg }) => ({
        ...{ width, height },
        avif_url: opened.at(avif),
        webp_url: opened.at(webp),
        jpeg_url: opened.at(jpeg),
      })),
      expires_at: opened.expiresAt,
    };
  };
}

export const toImageView = (image: Image, sign: PictureSigner): z.input<typeof ImageReply> => ({
  ...sign(image),
  purpose: image.purpose,
  story_id: image.storyId,
  section: SECTION_TYPES.find((type) => type === image.section) ?? null,
  status: image.status,
  error: image.error,
  created_at: image.createdAt,
});
