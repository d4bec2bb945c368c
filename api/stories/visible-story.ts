// Who may see a story: its maker and admins always, everybody while it is visible.

import type { Sql } from '../../pipeline/platform/sql.js';
import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { findShownStory, isServed, isVisible, VISIBLE } from './queries.js';
import type { Story } from './story.js';
import { storyNotFound, storyNotShown } from './story-errors.js';

/** @throws ApiError STORY_NOT_FOUND also for what the caller may not know of */
export async function getVisibleStory(
  { db }: { readonly db: Sql },
  storyId: string,
  caller: Caller | null,
): Promise<{ story: Story; own: boolean; visible: boolean }> {
  const found = await findShownStory(db, storyId);
  if (!found) throw storyNotFound();
  const { story, visible } = found;
  const own = story.maker.makerId === caller?.userId || caller?.userType === 'admin';
  if (!own && !visible) throw storyNotFound();
  return { story, own, visible };
}

/**
 * For what may be done only to stories that everybody may see, whoever asks.
 * @throws ApiError STORY_NOT_FOUND; STORY_NOT_SHOWN to its maker and admins
 */
export async function getShownStory(
  context: { readonly db: Sql },
  storyId: string,
  caller: Caller | null,
): Promise<Story> {
  const { story, visible } = await getVisibleStory(context, storyId, caller);
  if (!visible) throw storyNotShown();
  return story;
}

export const isStoryVisible = ({ db }: Pick<Context, 'db'>, storyId: string): Promise<boolean> =>
  isVisible(db, storyId);

/** Whether the edge may still serve a clip to who holds its cookies. */
export const isClipServed = ({ db }: Pick<Context, 'db'>, mediaId: string): Promise<boolean> =>
  isServed(db, mediaId);

/** The definition itself, for lists: a condition without bindings on a story named `s`. */
export const VISIBLE_STORY = VISIBLE;
