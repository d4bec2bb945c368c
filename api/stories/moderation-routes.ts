// /admin/stories: the queue of the moderation, and what admins decide.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import {
  FutureTime,
  Pagination,
  PublicId,
  pageQuery,
  toPagination,
  Words,
} from '../http/wire-types.js';
import { getStateView } from './get-state.js';
import { listReviews } from './list-reviews.js';
import { type MoveOfStory, moveStory } from './move-story.js';
import { countByStatus } from './state-queries.js';
import { StoryStateReply } from './state-view.js';
import { STORY_STATUSES } from './story.js';
import { StoryReply } from './story-view.js';

const decision = {
  method: 'post',
  tags: ['Administration'],
  access: 'admin',
  stepUp: true,
  params: z.strictObject({ story_id: PublicId('story') }),
  status: 200,
  reply: StoryStateReply,
  errors: { 404: ['STORY_NOT_FOUND'], 409: ['MOVE_NOT_POSSIBLE'] },
} as const;

const Reasoned = z.strictObject({ reason: Words(1_000) }).meta({ id: 'Reasoned' });

const ReviewPage = z
  .strictObject({
    stories: z.array(z.strictObject({ story: StoryReply, state: StoryStateReply })),
    pagination: Pagination,
  })
  .meta({ id: 'ReviewPage' });

type Deciding = Parameters<Parameters<typeof route<'admin'>>[0]['handle']>[0];

export function moderationRoutes(context: Context): Route[] {
  const decide = async (
    { user, request }: Pick<Deciding, 'user' | 'request'>,
    move: MoveOfStory,
  ) => {
    await moveStory(context, { actor: actorOf(user, request), role: 'admin' }, move);
    return getStateView(context, move.storyId, user);
  };
  return [
    route({
      method: 'get',
      path: '/admin/stories',
      summary: 'List stories by status, those that wait longest first',
      tags: ['Administration'],
      access: 'admin',
      query: z.strictObject({ ...pageQuery, status: z.enum(STORY_STATUSES).default('submitted') }),
      status: 200,
      reply: ReviewPage,
      async handle({ query, user, request }) {
        const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
        return {
          stories: await listReviews(context, query.status, page, user, request),
          pagination: toPagination(query, await countByStatus(context.db, query.status)),
        };
      },
    }),

    route({
      ...decision,
      path: '/admin/stories/:story_id/approve',
      summary: 'Publish a submitted story, now or at a time; again, to choose another time',
      body: z
        .strictObject({ publish_at: FutureTime(context.clock).nullish() })
        .meta({ id: 'ApproveStory' }),
      errors: { ...decision.errors, 422: ['STORY_INCOMPLETE'] },
      handle: ({ params: { story_id: storyId }, body: { publish_at: publishAt }, ...by }) =>
        decide(
          by,
          publishAt ? { storyId, move: 'schedule', publishAt } : { storyId, move: 'approve' },
        ),
    }),

    route({
      ...decision,
      path: '/admin/stories/:story_id/reject',
      summary: 'Reject a submitted story; its maker reads the reason',
      body: Reasoned,
      handle: ({ params, body, ...by }) =>
        decide(by, { storyId: params.story_id, move: 'reject', ...body }),
    }),

    route({
      ...decision,
      path: '/admin/stories/:story_id/take-down',
      summary: 'Hide a story and its clips at once; its maker reads the reason',
      body: Reasoned,
      handle: ({ params, body, ...by }) =>
        decide(by, { storyId: params.story_id, move: 'take_down', ...body }),
    }),

    route({
      ...decision,
      path: '/admin/stories/:story_id/reinstate',
      summary: 'End a takedown: the story is as visible as its status makes it',
      handle: ({ params, ...by }) => decide(by, { storyId: params.story_id, move: 'reinstate' }),
    }),
  ];
}
