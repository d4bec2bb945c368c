import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { route } from '../http/define-route.js';
import { eventRoute } from '../http/event-stream.js';
import { PublicId, Words } from '../http/wire-types.js';
import { arrangeClips } from '../stories/arrange-clips.js';
import { followClipsOfStory } from './clip-events.js';
import { Clip } from './clip-view.js';
import { listClipsOfStory } from './find-clips.js';
import { edgeOrigin } from './public-origin.js';
import { removeClip } from './remove-clip.js';

const OfStory = z.strictObject({ story_id: PublicId('story') });
const OfClip = z.strictObject({ story_id: PublicId('story'), media_id: PublicId('media') });
const tags = ['Clips'] as const;

const Clips = z.strictObject({ clips: z.array(Clip) }).meta({ id: 'Clips' });

const ArrangeClips = z
  .strictObject({
    clips: z
      .array(
        z.strictObject({
          media_id: PublicId('media'),
          context: Words(30).nullish().describe('Absent leaves the label, null takes it off'),
        }),
      )
      .max(20),
  })
  .meta({ id: 'ArrangeClips' });

/** A story's clips in their order: reading, arranging, removing. They come by uploading, to a draft. */
export const clipsOfStoryRoutes = (context: Context) => [
  route({
    method: 'get',
    path: '/stories/:story_id/clips',
    summary: 'List the clips of a story in their order',
    tags,
    access: 'anyone',
    params: OfStory,
    status: 200,
    reply: Clips,
    errors: { 404: ['STORY_NOT_FOUND'] },
    async handle({ params, user, request }) {
      const origin = edgeOrigin(context.config, request);
      return { clips: await listClipsOfStory(context, params.story_id, user, origin) };
    },
  }),

  eventRoute({
    path: '/stories/:story_id/clips/events',
    summary: 'Follow all clips of a story live: `event: clips`, now and at each change',
    tags,
    access: 'user',
    params: OfStory,
    event: Clips,
    errors: { 404: ['STORY_NOT_FOUND'] },
    handle: ({ params, user, request, lastEventId, open }) =>
      followClipsOfStory(context, {
        id: params.story_id,
        caller: user,
        origin: edgeOrigin(context.config, request),
        lastEventId,
        open,
      }),
  }),

  route({
    method: 'put',
    path: '/stories/:story_id/clips',
    summary: 'Order and label the clips of a draft, or of a published story as a new version',
    tags,
    access: 'user',
    params: OfStory,
    body: ArrangeClips,
    status: 200,
    reply: Clips,
    errors: {
      404: ['STORY_NOT_FOUND'],
      409: ['STORY_NOT_DRAFT', 'CLIPS_CHANGED', 'AUCTION_RUNNING'],
      422: ['STORY_INCOMPLETE'],
    },
    async handle({ params, body, user, request }) {
      const draft = { storyId: params.story_id, makerId: user.userId };
      const wanted = body.clips.map((clip) => ({ mediaId: clip.media_id, context: clip.context }));
      await arrangeClips(context, actorOf(user, request), draft, wanted);
      const origin = edgeOrigin(context.config, request);
      return { clips: await listClipsOfStory(context, params.story_id, user, origin) };
    },
  }),

  route({
    method: 'delete',
    path: '/stories/:story_id/clips/:media_id',
    summary: 'Take a clip out of a draft, or of a published story as a new version',
    tags,
    access: 'user',
    params: OfClip,
    status: 204,
    errors: {
      404: ['STORY_NOT_FOUND', 'MEDIA_NOT_FOUND'],
      409: ['STORY_NOT_DRAFT', 'AUCTION_RUNNING'],
      422: ['STORY_INCOMPLETE'],
    },
    handle: ({ params, user, request }) =>
      removeClip(
        context,
        actorOf(user, request),
        { storyId: params.story_id, makerId: user.userId },
        params.media_id,
      ),
  }),
];
