// Takes a comment away: by who wrote it, the maker of the story, or an admin. The row stays, and says who did it.

import type { Context } from '../context.js';
import { ApiError, forbidden } from '../errors.js';
import type { Caller } from '../http/authenticate.js';
import { getVisibleStory } from '../stories/visible-story.js';
import { type Comment, findComment, softDeleteComment } from './queries.js';

/**
 * Its author may do so also where the story is shown no more.
 * @throws ApiError STORY_NOT_FOUND, COMMENT_NOT_FOUND, FORBIDDEN
 */
export async function removeComment(
  context: Pick<Context, 'db'>,
  which: Pick<Comment, 'storyId' | 'commentId'>,
  caller: Caller,
): Promise<void> {
  const comment = await findComment(context.db, which);
  if (comment?.author.userId !== caller.userId) {
    const { own } = await getVisibleStory(context, which.storyId, caller);
    if (!comment) throw commentNotFound();
    if (!own) throw forbidden('Only who wrote a comment or made the story may remove it.');
  }
  if (!(await softDeleteComment(context.db, which.commentId, caller.userId))) {
    throw commentNotFound();
  }
}

const commentNotFound = () => new ApiError(404, 'COMMENT_NOT_FOUND', 'There is no such comment.');
