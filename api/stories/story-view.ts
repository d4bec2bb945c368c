// A story on the wire.

import { z } from 'zod';

import type { Image } from '../../pipeline/image.js';
import type { MediaFile } from '../../pipeline/media-file.js';
import type { Sale } from '../auctions/find-sale.js';
import { Currency, ReplyId, ReplyMoney, ReplyTime } from '../http/wire-types.js';
import { Picture, type PictureSigner } from '../images/image-view.js';
import { type Audience, isPlayable } from '../media/clip-view.js';
import { toAddress } from '../media/public-origin.js';
import { SECTION_TYPES, type SectionType, STORY_STATUSES, type Story } from './story.js';
import { wordsEtag } from './words-etag.js';

const CarouselClip = z.strictObject({
  media_id: ReplyId('media'),
  video_url: z.url().nullable().describe('Opens with the cookies of POST /media/{id}/playback'),
  thumbnail_url: z.url().nullable(),
  context: z.string().nullable(),
  duration: z.int().nullable().describe('Whole seconds'),
  duration_ms: z.int().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  placeholder: z.string().nullable(),
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
});

export const StoryReply = z
  .strictObject({
    story_id: ReplyId('story'),
    title: z.string(),
    description: z.string(),
    category: z.string().nullable(),
    tags: z.array(z.string()),
    status: z.enum(STORY_STATUSES),
    maker: z.strictObject({
      maker_id: ReplyId('user'),
      display_name: z.string(),
      avatar_url: z.string().nullable(),
      bio: z.string().nullable(),
    }),
    media: z.strictObject({ carousel: z.array(CarouselClip) }),
    cover: Picture.nullable(),
    sections: z.array(
      z.strictObject({
        type: z.enum(SECTION_TYPES),
        content: z.string(),
        picture: Picture.optional(),
      }),
    ),
    pricing: z.strictObject({ minimum_offer: ReplyMoney, currency: Currency }),
    sale: z
      .strictObject({
        state: z.enum(['open', 'auction', 'sold']).describe('Offers are taken while it is open'),
        auction_id: ReplyId('auction').nullable(),
      })
      .describe('Whether it takes offers, is being auctioned, or is sold'),
    created_at: ReplyTime,
    updated_at: ReplyTime,
    etag: z.string().describe('Of its words and terms: send it as If-Match when you edit them'),
  })
  .meta({ id: 'Story' });

export type StoryView = z.input<typeof StoryReply>;

export interface StoryAudience extends Pick<Audience, 'origin'> {
  /** Those that are ready, of this story and maybe of others. */
  readonly pictures?: readonly Image[];
  readonly sign: PictureSigner;
  /** By story; one that takes offers has none. */
  readonly sales?: ReadonlyMap<string, Sale>;
}

export const toStoryView = (
  story: Story,
  files: readonly MediaFile[],
  { origin, pictures = [], sign, sales }: StoryAudience,
): StoryView => ({
  story_id: story.storyId,
  title: story.title,
  description: story.description,
  category: story.category,
  tags: [...story.tags],
  status: story.status,
  maker: {
    maker_id: story.maker.makerId,
    display_name: story.maker.displayName,
    avatar_url: story.maker.avatarUrl && toAddress(story.maker.avatarUrl, origin),
    bio: story.maker.bio,
  },
  media: {
    carousel: story.carousel.flatMap(({ mediaId, context }) => {
      const file = files.find((each) => each.mediaId === mediaId);
      return file ? [toCarouselClip(file, context, origin)] : [];
    }),
  },
  cover: toPicture(story, null, pictures, sign),
  sections: story.sections.map((section) => {
    const picture = toPicture(story, section.type, pictures, sign);
    return { ...section, ...(picture && { picture }) };
  }),
  pricing: { minimum_offer: story.minimumOffer, currency: story.currency },
  sale: {
    state: sales?.get(story.storyId)?.state ?? 'open',
    auction_id: sales?.get(story.storyId)?.auctionId ?? null,
  },
  created_at: story.createdAt,
  updated_at: story.updatedAt,
  etag: wordsEtag(story),
});

function toPicture(
  { storyId }: Story,
  section: SectionType | null,
  pictures: readonly Image[],
  sign: PictureSigner,
) {
  const image = pictures.find((each) => each.storyId === storyId && each.section === section);
  return image ? sign(image) : null;
}

const toCarouselClip = (file: MediaFile, context: string | null, origin: string) => ({
  media_id: file.mediaId,
  video_url: isPlayable(file) ? `${origin}/${file.metadata.playlist}` : null,
  thumbnail_url: file.thumbnailKey && `${origin}/${file.thumbnailKey}`,
  context,
  duration: file.duration,
  duration_ms: file.metadata.duration_ms ?? null,
  width: file.width,
  height: file.height,
  placeholder: file.metadata.placeholder ?? null,
  status: file.status,
});
