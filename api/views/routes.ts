// /stories/{id}/views

import { z } from 'zod';

import type { Context } from '../context.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { PublicId } from '../http/wire-types.js';
import { storyNotFound } from '../stories/story-errors.js';
import { getShownStory, getVisibleStory } from '../stories/visible-story.js';
import { openViewCounter } from './count-view.js';
import { findViewCount } from './queries.js';

const tags = ['Views'] as const;
const OfStory = z.strictObject({ story_id: PublicId('story') });

export function viewRoutes(context: Context): Route[] {
  const views = openViewCounter(context.clock);
  return [
    route({
      method: 'post',
      path: '/stories/:story_id/views',
      summary: 'Tell that a story is being viewed: counted once a viewer in 30 minutes',
      tags,
      access: 'anyone',
      params: OfStory,
      status: 204,
      errors: { 404: ['STORY_NOT_FOUND'], 409: ['STORY_NOT_SHOWN'] },
      limit: 'view',
      async handle({ params, user, db, request }) {
        const { maker } = await getShownStory(context, params.story_id, user);
        if (user?.userId === maker.makerId || user?.userType === 'admin') return;
        const { address, device } = clientOf(request);
        const viewer = user ? `user ${user.userId}` : `client ${address} ${device}`;
        if (await views.count(db, params.story_id, viewer)) {
          context.metrics.countView(user?.userType ?? 'anonymous');
        }
      },
    }),

    route({
      method: 'get',
      path: '/stories/:story_id/views',
      summary: 'Read how often your story was viewed',
      tags,
      access: 'user',
      params: OfStory,
      status: 200,
      reply: z.strictObject({ views: z.int().min(0) }).meta({ id: 'StoryViews' }),
      errors: { 404: ['STORY_NOT_FOUND'] },
      async handle({ params, user, db }) {
        const { own } = await getVisibleStory(context, params.story_id, user);
        if (!own) throw storyNotFound();
        return { views: await findViewCount(db, params.story_id) };
      },
    }),
  ];
}
