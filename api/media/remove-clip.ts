import type { Context } from '../context.js';
import { type DraftOf, dropFromCarousel, lockDraft } from '../stories/carousel.js';
import { deleteClip } from './delete-clip.js';
import { clipNotFound } from './media-errors.js';

/**
 * Takes a clip out of a draft; what it has in storage is swept, and what runs for it stops.
 * @throws ApiError STORY_NOT_FOUND, STORY_NOT_DRAFT, MEDIA_NOT_FOUND
 */
export async function removeClip(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  draft: DraftOf,
  mediaId: string,
): Promise<void> {
  await db.transaction(async (trx) => {
    const { carousel } = await lockDraft(trx, draft);
    if (!carousel.some((entry) => entry.mediaId === mediaId)) throw clipNotFound();
    await dropFromCarousel(trx, draft.storyId, mediaId);
    await deleteClip(trx, mediaId);
  });
  for (const id of [draft.storyId, mediaId]) mediaEvents.publish(id);
}
