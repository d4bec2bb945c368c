import type { Actor } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type DraftOf, takeFromCarousel } from '../stories/carousel.js';
import { deleteClip } from './delete-clip.js';
import { clipNotFound } from './media-errors.js';

/**
 * Takes a clip out of a story, out of a published one as a new version; what it has in storage is swept, and what runs for it stops.
 * @throws ApiError STORY_NOT_FOUND, STORY_NOT_DRAFT, MEDIA_NOT_FOUND, AUCTION_RUNNING, STORY_INCOMPLETE
 */
export async function removeClip(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  actor: Actor,
  draft: DraftOf,
  mediaId: string,
): Promise<void> {
  await db.transaction(async (trx) => {
    if (!(await takeFromCarousel(trx, actor, draft, mediaId))) throw clipNotFound();
    await deleteClip(trx, mediaId);
  });
  for (const id of [draft.storyId, mediaId]) mediaEvents.publish(id);
}
