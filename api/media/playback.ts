// Opens one clip to one viewer for some minutes: signed cookies for its prefix, and the addresses in it.

import type { Request } from 'express';
import { z } from 'zod';

import type { MediaFile } from '../../pipeline/media-file.js';
import { getMediaFile } from '../../pipeline/media-file-queries.js';
import { clipPrefix } from '../../pipeline/media-keys.js';
import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { ReplyId, ReplyTime } from '../http/wire-types.js';
import { isClipServed, isStoryVisible } from '../stories/visible-story.js';
import { isPlayable } from './clip-view.js';
import { clipNotFound, notPlayable } from './media-errors.js';
import { edgeOrigin } from './public-origin.js';
import { type SignedCookies, signCookies } from './signed-cookies.js';

export const Playback = z
  .strictObject({
    media_id: ReplyId('media'),
    playlist_url: z.url().nullable().describe('Null while only its stills are there'),
    poster_url: z.url().nullable(),
    posters: z.array(
      z.strictObject({ width: z.int(), height: z.int(), jpeg_url: z.url(), webp_url: z.url() }),
    ),
    storyboard_url: z.url().nullable().describe('WebVTT'),
    placeholder: z.string().nullable(),
    duration_ms: z.int().nullable(),
    expires_at: ReplyTime,
    renew_after_seconds: z.int(),
  })
  .meta({ id: 'Playback' });

export interface OpenedClip {
  readonly playback: z.input<typeof Playback>;
  readonly cookies: SignedCookies;
  readonly path: string;
}

type Opening = Pick<Context, 'config' | 'db' | 'keys' | 'clock'>;

/**
 * Anybody may open a clip of a visible story; its maker and admins also one that is not yet shown, and its stills
 * before it can be played.
 * @throws ApiError MEDIA_NOT_FOUND, NOT_PLAYABLE
 */
export async function openPlayback(
  context: Opening,
  mediaId: string,
  caller: Caller | null,
  request: Request,
): Promise<OpenedClip> {
  const { config, keys, clock } = context;
  const file = await getMediaFile(context.db, mediaId);
  if (!file || !(await isClipServed(context, mediaId))) throw clipNotFound();
  const own = file.ownerId === caller?.userId || caller?.userType === 'admin';
  if (!own && !(file.storyId && (await isStoryVisible(context, file.storyId))))
    throw clipNotFound();
  if (!isPlayable(file) && !(own && file.metadata.poster)) throw notPlayable();

  const { cookieSeconds } = config.playback;
  const expiresAt = new Date((Math.floor(clock.now().getTime() / 1000) + cookieSeconds) * 1000);
  const origin = edgeOrigin(config, request);
  const path = `/${clipPrefix(mediaId)}`;
  return {
    playback: {
      ...addresses(file, origin),
      expires_at: expiresAt,
      renew_after_seconds: Math.floor(cookieSeconds * 0.8),
    },
    cookies: signCookies(keys.playback, { resource: `${origin}${path}*`, expiresAt }),
    path,
  };
}

function addresses({ mediaId, metadata }: MediaFile, origin: string) {
  const at = (key: string) => `${origin}/${key}`;
  const posters = metadata.poster ?? [];
  const widest = posters.toSorted((one, other) => other.width - one.width)[0];
  const playlist = metadata.playable ? metadata.playlist : undefined;
  return {
    media_id: mediaId,
    playlist_url: playlist ? at(playlist) : null,
    poster_url: widest ? at(widest.jpeg) : null,
    posters: posters.map(({ width, height, jpeg, webp }) => ({
      width,
      height,
      jpeg_url: at(jpeg),
      webp_url: at(webp),
    })),
    storyboard_url: playlist && metadata.storyboard ? at(metadata.storyboard.vtt) : null,
    placeholder: metadata.placeholder ?? null,
    duration_ms: metadata.duration_ms ?? null,
  };
}
