// Deletes a draft: its running jobs are told to stop, and everything its clips have in storage is swept.

import { deleteImagesOfStory } from '../../pipeline/image-queries.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { deleteClip } from '../media/delete-clip.js';
import { type DraftOf, lockDraft } from './carousel.js';
import { softDeleteStory } from './queries.js';

/** @throws ApiError STORY_NOT_FOUND, STORY_NOT_DRAFT */
export async function deleteStory(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  actor: Actor,
  draft: DraftOf,
): Promise<void> {
  const mediaIds = await db.transaction(async (trx) => {
    const { carousel } = await lockDraft(trx, draft);
    for (const { mediaId } of carousel) await deleteClip(trx, mediaId);
    await deleteImagesOfStory(trx, draft.storyId);
    await softDeleteStory(trx, draft.storyId);
    await recordAudit(trx, actor, {
      action: 'story.delete',
      subject: toPublicId('story', draft.storyId),
      before: { status: 'draft' },
      after: null,
    });
    return carousel.map(({ mediaId }) => mediaId);
  });
  for (const id of [draft.storyId, ...mediaIds]) mediaEvents.publish(id);
}
