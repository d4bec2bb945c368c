// An entry of the feed on the wire: never a price, a bid or a timer.

import type { Request } from 'express';
import { z } from 'zod';

import type { Context } from '../context.js';
import { type CheckedReply, checkReply } from '../http/checked-reply.js';
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

type Audience = { readonly posters: PublicPosters; readonly origin: string };

export function toFeedStories(
  { config }: Pick<Context, 'config'>,
  posters: PublicPosters,
  entries: readonly FeedEntry[],
  request: Request,
): Promise<z.input<typeof FeedStory>[]> {
  const origin = edgeOrigin(config, request);
  return Promise.all(entries.map((entry) => toFeedStory(entry, { posters, origin })));
}

async function toFeedStory(
  entry: FeedEntry,
  { posters, origin }: Audience,
): Promise<z.input<typeof FeedStory>> {
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
}

export interface FeedWriter {
  /** Each checked against its schema; an entry that is the same object as before is not checked and written again. */
  write(entries: readonly FeedEntry[], request: Request): Promise<CheckedReply[]>;
}

export function openFeedWriter(
  { config }: Pick<Context, 'config'>,
  posters: PublicPosters,
): FeedWriter {
  const written = new WeakMap<
    FeedEntry,
    { readonly origin: string; readonly reply: CheckedReply }
  >();
  async function write(entry: FeedEntry, origin: string): Promise<CheckedReply> {
    const reply = checkReply(FeedStory, await toFeedStory(entry, { posters, origin }));
    // Where its poster has no public copy yet, the next one to ask may find it there.
    if (!entry.poster || entry.poster.publicKey) written.set(entry, { origin, reply });
    return reply;
  }
  return {
    async write(entries, request) {
      const origin = edgeOrigin(config, request);
      const replies = entries.map((entry) => {
        const known = written.get(entry);
        return known?.origin === origin ? known.reply : write(entry, origin);
      });
      return Promise.all(replies);
    },
  };
}
