import type { Knex } from 'knex';

import { newId } from '../../pipeline/platform/ids.js';
import { findStory, insertStory, type NewStory } from './queries.js';
import type { Story } from './story.js';

export async function createStory(db: Knex, story: Omit<NewStory, 'storyId'>): Promise<Story> {
  const storyId = newId();
  await insertStory(db, { ...story, storyId });
  const created = await findStory(db, storyId);
  if (!created) throw new Error('A story that was just made is not there');
  return created;
}
