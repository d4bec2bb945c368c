// /users/me/avatar, /stories/{id}/cover, /stories/{id}/sections/{type}/picture and /images

import type { Request } from 'express';
import { z } from 'zod';

import type { Image } from '../../pipeline/image.js';
import { deleteImage, getImage } from '../../pipeline/image-queries.js';
import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import { PublicId } from '../http/wire-types.js';
import { lockDraft } from '../stories/carousel.js';
import { SECTION_TYPES } from '../stories/story.js';
import { imageNotFound, sectionNotFound } from './image-errors.js';
import { ImageReply, pictureSigner, toImageView } from './image-view.js';
import { receiveImage } from './receive-image.js';

const OfImage = z.strictObject({ image_id: PublicId('image') });
const OfStory = z.strictObject({ story_id: PublicId('story') });
const OfSection = OfStory.extend({ type: z.enum(SECTION_TYPES) });

const upload = {
  method: 'post',
  tags: ['Images'],
  bytes: 'image/*',
  limit: 'image',
  status: 202,
  reply: ImageReply,
} as const;
const REFUSALS = {
  413: ['TOO_LARGE'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  507: ['INSUFFICIENT_STORAGE'],
};
const OF_DRAFT = { ...REFUSALS, 409: ['STORY_NOT_DRAFT'] };

export function imageRoutes(context: Context): Route[] {
  const viewOf = (image: Image, request: Request) =>
    toImageView(image, pictureSigner(context, request));
  const getOwnImage = async (imageId: string, userId: string) => {
    const image = await getImage(context.db, imageId);
    if (image?.ownerId !== userId) throw imageNotFound();
    return image;
  };
  return [
    route({
      ...upload,
      path: '/users/me/avatar',
      summary: 'Send the picture of your profile',
      access: 'user',
      errors: REFUSALS,
      async handle({ user, request }) {
        const slot = {
          ownerId: user.userId,
          purpose: 'avatar',
          storyId: null,
          section: null,
        } as const;
        return viewOf(await receiveImage(context, slot, request), request);
      },
    }),

    route({
      ...upload,
      path: '/stories/:story_id/cover',
      summary: 'Send the cover of a draft of yours',
      access: 'user',
      params: OfStory,
      errors: { ...OF_DRAFT, 404: ['STORY_NOT_FOUND'] },
      async handle({ params, user, request }) {
        const draft = { storyId: params.story_id, makerId: user.userId };
        const slot = {
          ownerId: user.userId,
          purpose: 'cover',
          section: null,
          storyId: params.story_id,
        } as const;
        const image = await receiveImage(context, slot, request, (trx) => lockDraft(trx, draft));
        return viewOf(image, request);
      },
    }),

    route({
      ...upload,
      path: '/stories/:story_id/sections/:type/picture',
      summary: 'Send the picture of a section of a draft of yours',
      access: 'user',
      params: OfSection,
      errors: { ...OF_DRAFT, 404: ['STORY_NOT_FOUND', 'SECTION_NOT_FOUND'] },
      async handle({ params, user, request }) {
        const draft = { storyId: params.story_id, makerId: user.userId };
        const slot = {
          ownerId: user.userId,
          purpose: 'section',
          section: params.type,
          storyId: params.story_id,
        } as const;
        const image = await receiveImage(context, slot, request, async (trx) => {
          const { sections } = await lockDraft(trx, draft);
          if (!sections.some(({ type }) => type === params.type)) throw sectionNotFound();
        });
        return viewOf(image, request);
      },
    }),

    route({
      method: 'get',
      path: '/images/:image_id',
      summary: 'How far a picture of yours is, and where it can be seen',
      tags: ['Images'],
      access: 'user',
      params: OfImage,
      status: 200,
      reply: ImageReply,
      errors: { 404: ['IMAGE_NOT_FOUND'] },
      async handle({ params, user, request }) {
        return viewOf(await getOwnImage(params.image_id, user.userId), request);
      },
    }),

    route({
      method: 'delete',
      path: '/images/:image_id',
      summary: 'Take a picture of yours away: an avatar, or one of a draft',
      tags: ['Images'],
      access: 'user',
      params: OfImage,
      status: 204,
      errors: { 404: ['IMAGE_NOT_FOUND', 'STORY_NOT_FOUND'], 409: ['STORY_NOT_DRAFT'] },
      async handle({ params, user }) {
        const { imageId, storyId } = await getOwnImage(params.image_id, user.userId);
        await context.db.transaction(async (trx) => {
          if (storyId) await lockDraft(trx, { storyId, makerId: user.userId });
          if (!(await deleteImage(trx, imageId))) throw imageNotFound();
        });
      },
    }),
  ];
}
