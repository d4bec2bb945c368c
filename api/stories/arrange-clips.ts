import type { Actor } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type DraftOf, lockArrangeable } from './carousel.js';
import { keepChange } from './keep-version.js';
import { saveCarousel } from './queries.js';
import { clipsDiffer } from './story-errors.js';

export interface Arrangement {
  readonly mediaId: string;
  /** Undefined leaves the label as it is, null takes it off. */
  readonly context?: string | null | undefined;
}

/**
 * Puts the clips of a story in another order, or gives them other labels; of a published one as a new version.
 * @throws ApiError STORY_NOT_FOUND, STORY_NOT_DRAFT; CLIPS_CHANGED where these are not exactly the story's clips;
 *   AUCTION_RUNNING
 */
export async function arrangeClips(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  actor: Actor,
  draft: DraftOf,
  wanted: readonly Arrangement[],
): Promise<void> {
  await db.transaction(async (trx) => {
    const story = await lockArrangeable(trx, draft);
    const { carousel } = story;
    const arranged = wanted.map(({ mediaId, context }) => {
      const entry = carousel.find((each) => each.mediaId === mediaId);
      if (!entry) throw clipsDiffer();
      return context === undefined ? entry : { ...entry, context };
    });
    const distinct = new Set(wanted.map(({ mediaId }) => mediaId));
    if (distinct.size !== wanted.length || wanted.length !== carousel.length) throw clipsDiffer();
    await keepChange(trx, actor, story, { ...story, carousel: arranged });
    await saveCarousel(trx, draft.storyId, arranged);
  });
  mediaEvents.publish(draft.storyId);
}
