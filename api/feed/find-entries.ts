// Stories as the feed tells of them, for other lists that name them.

import type { Knex } from 'knex';

import type { FeedEntry } from './entry.js';
import { listByIds } from './queries.js';

/** In the order of the ids; what is not visible is left out. */
export async function findEntries(db: Knex, storyIds: readonly string[]): Promise<FeedEntry[]> {
  const entries = await listByIds(db, storyIds);
  return storyIds.flatMap((id) => entries.find(({ storyId }) => storyId === id) ?? []);
}
