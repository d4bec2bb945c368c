// /stories and /users/me/stories

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { route } from '../http/define-route.js';
import { Pagination, PublicId, pageQuery, toPagination } from '../http/wire-types.js';
import { createStory } from './create-story.js';
import { deleteStory } from './delete-story.js';
import { countStoriesOfMaker, listStoriesOfMaker } from './queries.js';
import { readBeside, showStories, showStory } from './show-stories.js';
import { CreateStory } from './story-body.js';
import { StoryReply } from './story-view.js';
import { getVisibleStory } from './visible-story.js';

const OfStory = z.strictObject({ story_id: PublicId('story') });

const StoryPage = z
  .strictObject({ stories: z.array(StoryReply), pagination: Pagination })
  .meta({ id: 'StoryPage' });

export function storyRoutes(context: Context) {
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
        return showStory(context, request, story);
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
      async handle({ params: { story_id: storyId }, user, request }) {
        const { reads } = context;
        const [{ story }, beside] = await Promise.all([
          getVisibleStory({ db: reads }, storyId, user),
          readBeside(reads, [storyId]),
        ]);
        return showStory(context, request, story, beside);
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
      handle: ({ params, user, request }) =>
        deleteStory(context, actorOf(user, request), {
          storyId: params.story_id,
          makerId: user.userId,
        }),
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
        return {
          stories: await showStories(context, request, stories),
          pagination: toPagination(query, await countStoriesOfMaker(db, user.userId)),
        };
      },
    }),
  ];
}
