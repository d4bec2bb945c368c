import { z } from 'zod';

import { requestCancel } from '../../pipeline/cancel-media.js';
import { requestAudioTrack } from '../../pipeline/choose-audio-track.js';
import { requestReencode } from '../../pipeline/reencode-media.js';
import { requestRetry } from '../../pipeline/retry-media.js';
import type { Context } from '../context.js';
import { route } from '../http/define-route.js';
import { eventRoute } from '../http/event-stream.js';
import { Pagination, PublicId, pageQuery, toPagination } from '../http/wire-types.js';
import { refuseUnlessDraft } from '../stories/carousel.js';
import { captionsRoutes } from './captions-routes.js';
import { followClip } from './clip-events.js';
import { clipsOfStoryRoutes } from './clip-routes.js';
import { Clip } from './clip-view.js';
import { getOwnClip, getOwnFile, listClipsOfOwner } from './find-clips.js';
import {
  audioTrackUnknown,
  clipNotFound,
  notCancellable,
  notReady,
  notReencodable,
  notRetryable,
} from './media-errors.js';
import { openPlayback, Playback } from './playback.js';
import { edgeOrigin } from './public-origin.js';
import { setPlaybackCookies } from './set-playback-cookies.js';

const OfClip = z.strictObject({ media_id: PublicId('media') });
const tags = ['Clips'] as const;

const ClipPage = z
  .strictObject({ clips: z.array(Clip), pagination: Pagination })
  .meta({ id: 'ClipPage' });

export const mediaRoutes = (context: Context) => [
  ...clipsOfStoryRoutes(context),
  ...captionsRoutes(context),

  route({
    method: 'get',
    path: '/users/me/clips',
    summary: 'List your clips, newest first',
    tags,
    access: 'user',
    query: z.strictObject(pageQuery),
    status: 200,
    reply: ClipPage,
    async handle({ query, user, request }) {
      const origin = edgeOrigin(context.config, request);
      const { clips, total } = await listClipsOfOwner(context, user.userId, query, origin);
      return { clips, pagination: toPagination(query, total) };
    },
  }),

  route({
    method: 'get',
    path: '/media/:media_id',
    summary: 'How a clip of yours stands',
    tags,
    access: 'user',
    params: OfClip,
    status: 200,
    reply: Clip,
    errors: { 404: ['MEDIA_NOT_FOUND'] },
    handle: ({ params, user, request }) =>
      getOwnClip(context, params.media_id, user, edgeOrigin(context.config, request)),
  }),

  eventRoute({
    path: '/media/:media_id/events',
    summary: 'Follow a clip of yours live: `event: clip`, now and at each change',
    tags,
    access: 'user',
    params: OfClip,
    event: Clip,
    errors: { 404: ['MEDIA_NOT_FOUND'] },
    handle: ({ params, user, request, lastEventId, open }) =>
      followClip(context, {
        id: params.media_id,
        caller: user,
        origin: edgeOrigin(context.config, request),
        lastEventId,
        open,
      }),
  }),

  route({
    method: 'post',
    path: '/media/:media_id/retry',
    summary: 'Start a failed clip again, where the fault was ours',
    tags,
    access: 'user',
    params: OfClip,
    status: 202,
    reply: Clip,
    errors: { 404: ['MEDIA_NOT_FOUND'], 409: ['NOT_RETRYABLE'] },
    async handle({ params, user, request }) {
      await getOwnFile(context, params.media_id, user);
      const outcome = await requestRetry(context, params.media_id);
      if (outcome === 'not-found') throw clipNotFound();
      if (outcome !== 'queued') throw notRetryable();
      return getOwnClip(context, params.media_id, user, edgeOrigin(context.config, request));
    },
  }),

  route({
    method: 'post',
    path: '/media/:media_id/reencode',
    summary:
      'Make a completed clip anew, behind all that makers wait for; it stays visible meanwhile',
    tags,
    access: 'admin',
    stepUp: true,
    params: OfClip,
    status: 202,
    reply: Clip,
    errors: { 404: ['MEDIA_NOT_FOUND'], 409: ['NOT_REENCODABLE'] },
    async handle({ params, user, request }) {
      const outcome = await requestReencode(context, params.media_id);
      if (outcome === 'not-found') throw clipNotFound();
      if (outcome === 'not-ready') throw notReencodable('This clip is not completed.');
      if (outcome === 'source-gone') throw notReencodable('Its source is not kept any more.');
      return getOwnClip(context, params.media_id, user, edgeOrigin(context.config, request));
    },
  }),

  route({
    method: 'put',
    path: '/media/:media_id/audio-track',
    summary: 'Choose which track of sound a completed clip of a draft has',
    tags,
    access: 'user',
    params: OfClip,
    body: z.strictObject({
      index: z.int().min(0).nullable().describe('Of source.audio_tracks; null for no sound'),
    }),
    status: 202,
    reply: Clip,
    errors: {
      404: ['MEDIA_NOT_FOUND'],
      409: ['CLIP_NOT_READY', 'STORY_NOT_DRAFT'],
      422: ['AUDIO_TRACK_UNKNOWN'],
    },
    async handle({ params, body, user, request }) {
      const { storyId } = await getOwnFile(context, params.media_id, user);
      await refuseUnlessDraft(context, storyId);
      const outcome = await requestAudioTrack(context, params.media_id, body.index);
      if (outcome === 'not-found') throw clipNotFound();
      if (outcome === 'unknown-track') throw audioTrackUnknown();
      if (outcome !== 'queued') throw notReady();
      return getOwnClip(context, params.media_id, user, edgeOrigin(context.config, request));
    },
  }),

  route({
    method: 'post',
    path: '/media/:media_id/cancel',
    summary: 'Stop a clip that is under way',
    tags,
    access: 'user',
    params: OfClip,
    status: 202,
    reply: Clip,
    errors: { 404: ['MEDIA_NOT_FOUND'], 409: ['NOT_CANCELLABLE'] },
    async handle({ params, user, request }) {
      await getOwnFile(context, params.media_id, user);
      const outcome = await requestCancel(context, params.media_id);
      if (outcome === 'not-found') throw clipNotFound();
      if (outcome === 'not-cancellable') throw notCancellable();
      return getOwnClip(context, params.media_id, user, edgeOrigin(context.config, request));
    },
  }),

  route({
    method: 'post',
    path: '/media/:media_id/playback',
    summary: 'Open a clip for some minutes: sets signed cookies for its prefix',
    tags: ['Playback'],
    access: 'anyone',
    params: OfClip,
    status: 200,
    reply: Playback,
    errors: { 404: ['MEDIA_NOT_FOUND'], 409: ['NOT_PLAYABLE'] },
    async handle({ params, user, request, response }) {
      const opened = await openPlayback(context, params.media_id, user, request);
      setPlaybackCookies(context.config, opened, request, response);
      return opened.playback;
    },
  }),
];
