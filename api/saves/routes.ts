// /stories/{id}/save and /users/me/saves

import { z } from 'zod';

import type { Context } from '../context.js';
import { FeedStory, toFeedStories } from '../feed/feed-view.js';
import { findEntries } from '../feed/find-entries.js';
import { openPublicPosters } from '../feed/public-posters.js';
import { type Route, route } from '../http/define-route.js';
import { Pagination, PublicId, pageQuery, toPagination } from '../http/wire-types.js';
import { getShownStory, getVisibleStory } from '../stories/visible-story.js';
import { countSaved, deleteSave, insertSave, isSaved, listSaved } from './queries.js';

const tags = ['Saves'] as const;
const OfStory = z.strictObject({ story_id: PublicId('story') });

export function saveRoutes(context: Context): Route[] {
  const posters = openPublicPosters(context);
  return [
    route({
      method: 'get',
      path: '/stories/:story_id/save',
      summary: 'Whether you keep a story',
      tags,
      access: 'user',
      params: OfStory,
      status: 200,
      reply: z.strictObject({ saved: z.boolean() }).meta({ id: 'StorySave' }),
      errors: { 404: ['STORY_NOT_FOUND'] },
      async handle({ params, user, db }) {
        const { story } = await getVisibleStory(context, params.story_id, user);
        return { saved: await isSaved(db, { userId: user.userId, storyId: story.storyId }) };
      },
    }),

    route({
      method: 'put',
      path: '/stories/:story_id/save',
      summary: 'Keep a story that is shown; doing it twice changes nothing',
      tags,
      access: 'user',
      params: OfStory,
      status: 204,
      errors: { 404: ['STORY_NOT_FOUND'], 409: ['STORY_NOT_SHOWN'] },
      async handle({ params, user, db }) {
        const { storyId } = await getShownStory(context, params.story_id, user);
        await insertSave(db, { userId: user.userId, storyId });
      },
    }),

    route({
      method: 'delete',
      path: '/stories/:story_id/save',
      summary: 'Keep a story no longer, whether it is still shown or not',
      tags,
      access: 'user',
      params: OfStory,
      status: 204,
      errors: { 404: ['STORY_NOT_FOUND'] },
      async handle({ params, user, db }) {
        const save = { userId: user.userId, storyId: params.story_id };
        if (!(await deleteSave(db, save))) await getVisibleStory(context, save.storyId, user);
      },
    }),

    route({
      method: 'get',
      path: '/users/me/saves',
      summary: 'List the stories that you keep and that are shown, last saved first',
      tags,
      access: 'user',
      query: z.strictObject(pageQuery),
      status: 200,
      reply: z
        .strictObject({ stories: z.array(FeedStory), pagination: Pagination })
        .meta({ id: 'SavedPage' }),
      async handle({ query, user, db, request }) {
        const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
        const entries = await findEntries(db, await listSaved(db, user.userId, page));
        return {
          stories: await toFeedStories(context, posters, entries, request),
          pagination: toPagination(query, await countSaved(db, user.userId)),
        };
      },
    }),
  ];
}
