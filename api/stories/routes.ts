import type { Request } from 'express';
import { z } from 'zod';

import { listMediaFiles } from '../../pipeline/media-file-queries.js';
import type { Context } from '../context.js';
import { route } from '../http/define-route.js';
import {
  Currency,
  Money,
  Pagination,
  PublicId,
  pageQuery,
  toPagination,
  Words,
} from '../http/wire-types.js';
import { listPictures } from '../images/find-pictures.js';
import { pictureSigner } from '../images/image-view.js';
import { edgeOrigin } from '../media/public-origin.js';
import { createStory } from './create-story.js';
import { deleteStory } from './delete-story.js';
import { countStoriesOfMaker, listStoriesOfMaker } from './queries.js';
import { SECTION_TYPES } from './story.js';
import { StoryReply, toStoryView } from './story-view.js';
import { getVisibleStory } from './visible-story.js';

const OfStory = z.strictObject({ story_id: PublicId('story') });

const CreateStory = z
  .strictObject({
    title: Words(200),
    description: Words(5_000),
    category: Words(50).nullish(),
    tags: z.array(Words(30)).max(10).default([]),
    minimum_offer: Money,
    currency: Currency.default('USD'),
    sections: z
      .array(z.strictObject({ type: z.enum(SECTION_TYPES), content: Words(5_000) }))
      .refine((list) => new Set(list.map(({ type }) => type)).size === list.length, {
        message: 'must hold each type at most once',
      })
      .default([]),
  })
  .meta({ id: 'CreateStory' });

const StoryPage = z
  .strictObject({ stories: z.array(StoryReply), pagination: Pagination })
  .meta({ id: 'StoryPage' });

export function storyRoutes(context: Context) {
  const audienceOf = (request: Request) => ({
    origin: edgeOrigin(context.config, request),
    sign: pictureSigner(context, request),
  });
  return [
    route({
      method: 'post',
      path: '/stories',
      summary: 'Begin a story, as a draft',
      tags: ['Stories'],
      access: 'maker',
      body: CreateStory,
      status: 201,
      reply: StoryReply,
      idempotent: true,
      async handle({ body, user, db, request }) {
        const story = await createStory(db, {
          makerId: user.userId,
          title: body.title,
          description: body.description,
          category: body.category ?? null,
          tags: [...new Set(body.tags)],
          minimumOffer: body.minimum_offer,
          currency: body.currency,
          sections: body.sections,
        });
        return toStoryView(story, [], audienceOf(request));
      },
    }),

    route({
      method: 'get',
      path: '/stories/:story_id',
      summary: 'Read a story: a published one, or a draft of your own',
      tags: ['Stories'],
      access: 'anyone',
      params: OfStory,
      status: 200,
      reply: StoryReply,
      errors: { 404: ['STORY_NOT_FOUND'] },
      async handle({ params, user, db, request }) {
        const { story } = await getVisibleStory(context, params.story_id, user);
        const files = await listMediaFiles(
          db,
          story.carousel.map(({ mediaId }) => mediaId),
        );
        const pictures = await listPictures(db, [story.storyId]);
        return toStoryView(story, files, { ...audienceOf(request), pictures });
      },
    }),

    route({
      method: 'delete',
      path: '/stories/:story_id',
      summary: 'Delete a draft with its clips',
      tags: ['Stories'],
      access: 'user',
      params: OfStory,
      status: 204,
      errors: { 404: ['STORY_NOT_FOUND'], 409: ['STORY_NOT_DRAFT'] },
      handle: ({ params, user }) =>
        deleteStory(context, { storyId: params.story_id, makerId: user.userId }),
    }),

    route({
      method: 'get',
      path: '/users/me/stories',
      summary: 'List your stories, newest first',
      tags: ['Stories'],
      access: 'user',
      query: z.strictObject(pageQuery),
      status: 200,
      reply: StoryPage,
      async handle({ query, user, db, request }) {
        const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
        const stories = await listStoriesOfMaker(db, user.userId, page);
        const ids = stories.flatMap(({ carousel }) => carousel.map(({ mediaId }) => mediaId));
        const files = await listMediaFiles(db, ids);
        const pictures = await listPictures(
          db,
          stories.map(({ storyId }) => storyId),
        );
        const audience = { ...audienceOf(request), pictures };
        return {
          stories: stories.map((story) => toStoryView(story, files, audience)),
          pagination: toPagination(query, await countStoriesOfMaker(db, user.userId)),
        };
      },
    }),
  ];
}
