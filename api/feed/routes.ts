// /feed

import { z } from 'zod';

import type { Context } from '../context.js';
import { checkReply } from '../http/checked-reply.js';
import { addressOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { Pagination, PublicId, pageQuery, Words } from '../http/wire-types.js';
import { edgeOrigin } from '../media/public-origin.js';
import { openCachedCounts } from './cached-counts.js';
import { openCursors } from './cursor.js';
import { openFeedCache } from './feed-cache.js';
import { FeedStory, toFeedStories } from './feed-view.js';
import { openPublicPosters } from './public-posters.js';
import { readFeed } from './read-feed.js';

const FeedQuery = z.strictObject({
  page: pageQuery.page
    .removeDefault()
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: 1_000_000 }),
  limit: pageQuery.limit,
  cursor: z.string().max(400).optional(),
  category: Words(50).optional(),
  tag: Words(30).optional(),
  maker: PublicId('user').optional(),
  q: Words(200).optional(),
});

const FeedPage = z
  .strictObject({
    stories: z.array(FeedStory),
    pagination: Pagination,
    next_cursor: z.string().nullable().describe('For the page behind this one, at any depth'),
  })
  .meta({ id: 'FeedPage' });

export function feedRoutes(context: Context): Route[] {
  const cursors = openCursors(context.keys.playback.privateKey);
  const counts = openCachedCounts();
  const posters = openPublicPosters(context);
  const { cacheSeconds } = context.config.feed;
  const pages = cacheSeconds > 0 ? openFeedCache(cacheSeconds, context) : null;
  return [
    route({
      method: 'get',
      path: '/feed',
      summary: 'List published stories, newest first, or those that fit a search, best first',
      tags: ['Feed'],
      access: 'anyone',
      query: FeedQuery,
      status: 200,
      reply: FeedPage,
      limit: 'feed',
      async handle({ query, user, db, request }) {
        const { q: words, maker: makerId, ...rest } = query;
        if (words !== undefined) {
          const key = user?.userId ?? toLimitKey(addressOf(request));
          refuseExceeded('search', await context.limits.spend('search', key));
        }
        const wanted = { ...rest, words, makerId };
        const make = async () => {
          const found = await readFeed({ db, cursors, counts }, wanted);
          return {
            stories: await toFeedStories(context, posters, found.entries, request),
            pagination: {
              page: found.page,
              limit: query.limit,
              total: found.total,
              has_more: found.hasMore,
            },
            next_cursor: found.nextCursor,
          };
        };
        // Searches are seldom asked twice.
        if (!pages || words !== undefined) return make();
        const name = JSON.stringify([edgeOrigin(context.config, request), wanted]);
        return pages.read(name, async () => checkReply(FeedPage, await make()));
      },
    }),
  ];
}
