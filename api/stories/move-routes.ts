// What makers do with their stories: edit, submit, withdraw, revise, archive, restore, and read how they stand.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import { Pagination, PublicId, pageQuery, toPagination } from '../http/wire-types.js';
import { editStory } from './edit-story.js';
import { getOwnStory, getStateView } from './get-state.js';
import { moveStory } from './move-story.js';
import { findStory } from './queries.js';
import { showStory } from './show-stories.js';
import { StoryStateReply } from './state-view.js';
import { EditStory } from './story-body.js';
import { storyNotFound, submissionsPaused } from './story-errors.js';
import { StoryReply } from './story-view.js';
import { countVersions, listVersions } from './version-queries.js';
import { StoryVersionReply, toVersionView } from './version-view.js';

const OfStory = z.strictObject({ story_id: PublicId('story') });
const tags = ['Stories'] as const;
const NOT_FOUND = { 404: ['STORY_NOT_FOUND'] };

const VersionPage = z
  .strictObject({ versions: z.array(StoryVersionReply), pagination: Pagination })
  .meta({ id: 'StoryVersionPage' });

const MOVES = [
  [
    'submit',
    'Submit a draft for review',
    { 409: ['SUBMISSIONS_PAUSED'], 422: ['STORY_INCOMPLETE'] },
  ],
  ['withdraw', 'Take a submitted story back: it is a draft again', {}],
  ['revise', 'Take a rejected story up again: it is a draft again', {}],
  ['archive', 'Put a published story away', { 409: ['AUCTION_RUNNING'] }],
  [
    'restore',
    'Bring an archived story back: it is published as it was',
    { 422: ['STORY_INCOMPLETE'] },
  ],
] as const;

export const storyMoveRoutes = (context: Context): Route[] => [
  route({
    method: 'patch',
    path: '/stories/:story_id',
    summary: 'Edit a draft, or a published story as a new version',
    tags,
    access: 'user',
    params: OfStory,
    headers: {
      'If-Match':
        'The `etag` of the story that you changed, in quotes; without it, whatever is there',
    },
    body: EditStory,
    status: 200,
    reply: StoryReply,
    errors: {
      ...NOT_FOUND,
      409: ['MOVE_NOT_POSSIBLE', 'AUCTION_RUNNING'],
      412: ['STORY_CHANGED'],
      422: ['STORY_INCOMPLETE'],
    },
    async handle({ params, body, user, db, request }) {
      const { minimum_offer: minimumOffer, ...edit } = body;
      const by = { actor: actorOf(user, request) };
      const ifMatch = request.get('if-match');
      await editStory(context, by, params.story_id, { ...edit, minimumOffer }, ifMatch);
      const story = await findStory(db, params.story_id);
      if (!story) throw storyNotFound();
      return showStory(context, request, story);
    },
  }),

  route({
    method: 'get',
    path: '/stories/:story_id/state',
    summary: 'How a story of yours stands: verdict, what is missing, what can be done',
    tags,
    access: 'user',
    params: OfStory,
    status: 200,
    reply: StoryStateReply,
    errors: NOT_FOUND,
    handle: ({ params, user }) => getStateView(context, params.story_id, user),
  }),

  route({
    method: 'get',
    path: '/stories/:story_id/versions',
    summary: 'The versions of a story of yours since it was published, newest first',
    tags,
    access: 'user',
    params: OfStory,
    query: z.strictObject(pageQuery),
    status: 200,
    reply: VersionPage,
    errors: NOT_FOUND,
    async handle({ params, query, user, db }) {
      await getOwnStory(context, params.story_id, user);
      const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
      const versions = await listVersions(db, params.story_id, page);
      return {
        versions: versions.map(toVersionView),
        pagination: toPagination(query, await countVersions(db, params.story_id)),
      };
    },
  }),

  ...MOVES.map(([move, summary, errors]) =>
    route({
      method: 'post',
      path: `/stories/:story_id/${move}`,
      summary,
      tags,
      access: 'user',
      params: OfStory,
      status: 200,
      reply: StoryStateReply,
      errors: {
        ...errors,
        ...NOT_FOUND,
        409: ['MOVE_NOT_POSSIBLE', ...(409 in errors ? errors[409] : [])],
      },
      async handle({ params, user, request }) {
        const { story_id: storyId } = params;
        await getOwnStory(context, storyId, user);
        if (
          move === 'submit' &&
          !(await context.flags.isEnabled('story_submissions', user.userId))
        ) {
          throw submissionsPaused();
        }
        const mover = { actor: actorOf(user, request), role: 'maker' } as const;
        await moveStory(context, mover, { storyId, move });
        return getStateView(context, storyId, user);
      },
    }),
  ),
];
