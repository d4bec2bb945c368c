// An entry of the feed on the wire: never a price, a bid or a timer.

import type { Request } from 'express';
import { z } from 'zod';

import type { Context } from '../context.js';
import { ReplyId, ReplyTime } from '../http/wire-types.js';
import { edgeOrigin, toAddress } from '../media/public-origin.js';
import type { FeedEntry } from './entry.js';
import type { PublicPosters } from './public-posters.js';

export const FeedStory = z
  .strictObject({
    story_id: ReplyId('story'),
    title: z.string(),
    maker: z.strictObject({
      maker_id: ReplyId('user'),
      display_name: z.string(),
      avatar_url: z.string().nullable(),
    }),
    thumbnail_url: z.url().nullable().describe('Of the first clip; opens for everybody'),
    video_duration: z.int().nullable().describe('Of the first clip, whole seconds'),
    created_at: ReplyTime,
  })
  .meta({ id: 'FeedStory' });

export function toFeedStories(
  { config }: Pick<Context, 'config'>,
  posters: PublicPosters,
  entries: readonly FeedEntry[],
  request: Request,
): Promise<z.input<typeof FeedStory>[]> {
  const origin = edgeOrigin(config, request);
  return Promise.all(
    entries.map(async (entry) => {
      const poster = await posters.keyOf(entry);
      const { avatarUrl } = entry.maker;
      return {
        story_id: entry.storyId,
        title: entry.title,
        maker: {
          maker_id: entry.maker.makerId,
          display_name: entry.maker.displayName,
          avatar_url: avatarUrl && toAddress(avatarUrl, origin),
        },
        thumbnail_url: poster && `${origin}/${poster}`,
        video_duration: entry.duration,
        created_at: entry.createdAt,
      };
    }),
  );
}
