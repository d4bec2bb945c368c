// Tells of a story that changed: to who follows it, and to who keeps lists of stories that are shown.

import type { Context } from '../context.js';

/** What the channel of changes calls any change of which stories are shown, or of what is shown of them. */
export const STORIES_CHANGED = 'stories';

export function tellChanged({ mediaEvents }: Pick<Context, 'mediaEvents'>, storyId: string): void {
  for (const id of [storyId, STORIES_CHANGED]) mediaEvents.publish(id);
}
