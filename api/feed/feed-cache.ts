// Pages of the feed that are some seconds old at most, and given up once a story was published, edited or taken away.

import type { Context } from '../context.js';
import type { CheckedReply } from '../http/checked-reply.js';
import { STORIES_CHANGED } from '../stories/stories-changed.js';

export interface FeedCache {
  /** @param make runs once, however many wait for it */
  read(name: string, make: () => Promise<CheckedReply>): Promise<CheckedReply>;
}

const MOST_KEPT = 500;

/** @param now milliseconds */
export function openFeedCache(
  cacheSeconds: number,
  { mediaEvents }: Pick<Context, 'mediaEvents'>,
  now = () => performance.now(),
): FeedCache {
  const kept = new Map<string, { readonly until: number; readonly page: Promise<CheckedReply> }>();
  // What is being read as a story changes is given to who waits for it already, and to nobody else.
  mediaEvents.subscribe(STORIES_CHANGED, () => kept.clear());
  return {
    read(name, make) {
      const known = kept.get(name);
      if (known && known.until > now()) return known.page;
      const entry = { until: now() + cacheSeconds * 1000, page: make() };
      entry.page.catch(() => {
        if (kept.get(name) === entry) kept.delete(name);
      });
      kept.delete(name);
      kept.set(name, entry);
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
      return entry.page;
    },
  };
}
