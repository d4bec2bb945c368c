import type { z } from 'zod';

import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { listClips } from './show-stories.js';
import { findStates } from './state-queries.js';
import { type StoryStateReply, toStateView } from './state-view.js';
import type { Story } from './story.js';
import { storyNotFound } from './story-errors.js';
import { getVisibleStory } from './visible-story.js';

/** @throws ApiError STORY_NOT_FOUND for all but its maker and admins */
export async function getOwnStory(
  context: Pick<Context, 'db'>,
  storyId: string,
  caller: Caller,
): Promise<Story> {
  const { story, own } = await getVisibleStory(context, storyId, caller);
  if (!own) throw storyNotFound();
  return story;
}

/** @throws ApiError as `getOwnStory` */
export async function getStateView(
  context: Pick<Context, 'db'>,
  storyId: string,
  caller: Caller,
): Promise<z.input<typeof StoryStateReply>> {
  const story = await getOwnStory(context, storyId, caller);
  const state = (await findStates(context.db, [storyId])).get(storyId);
  if (!state) throw storyNotFound();
  return toStateView(story, state, await listClips(context.db, [story]), caller);
}
