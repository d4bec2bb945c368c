// /feed

import { z } from 'zod';

import type { Context } from '../context.js';
import { CheckedReply, checkReply } from '../http/checked-reply.js';
import { addressOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { Pagination, PublicId, pageQuery, Words } from '../http/wire-types.js';
import { edgeOrigin } from '../media/public-origin.js';
import { openCachedCounts } from './cached-counts.js';
import { openCursors } from './cursor.js';
import type { FeedEntry } from './entry.js';
import { openFeedCache } from './feed-cache.js';
import { FeedStory, openFeedWriter } from './feed-view.js';
import { openKnown } from './known.js';
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

const end = {
  pagination: Pagination,
  next_cursor: z.string().nullable().describe('For the page behind this one, at any depth'),
};
const PageEnd = z.strictObject(end);
const FeedPage = z.strictObject({ stories: z.array(FeedStory), ...end }).meta({ id: 'FeedPage' });

export function feedRoutes(context: Context): Route[] {
  const cursors = openCursors(context.keys.playback.privateKey);
  const counts = openCachedCounts();
  const known = openKnown<FeedEntry>(MOST_KNOWN);
  const writer = openFeedWriter(context, openPublicPosters(context));
  const { reads } = context;
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
          const found = await readFeed({ db, reads, known, cursors, counts }, wanted);
          const stories = await writer.write(found.entries, request);
          return joinPage(stories, {
            pagination: {
              page: found.page,
              limit: query.limit,
              total: found.total,
              has_more: found.hasMore,
            },
            next_cursor: found.nextCursor,
          });
        };
        // Searches are seldom asked twice.
        if (!pages || words !== undefined) return make();
        const name = JSON.stringify([edgeOrigin(context.config, request), wanted]);
        return pages.read(name, make);
      },
    }),
  ];
}

/** Those of a few thousand stories, half a kilobyte each and as much again as they are told. */
const MOST_KNOWN = 5_000;

/** A page of stories that are checked and written out. */
function joinPage(stories: readonly CheckedReply[], end: z.input<typeof PageEnd>): CheckedReply {
  const list = stories.map(({ text }) => text).join(',');
  return new CheckedReply(`{"stories":[${list}],${checkReply(PageEnd, end).text.slice(1)}`);
}
