import type { Context } from '../context.js';
import { keepChange } from './keep-version.js';
import { lockWithState, type Mover } from './move-story.js';
import { tellChanged } from './stories-changed.js';
import type { Story } from './story.js';
import { moveNotPossible, storyChanged, storyNotFound } from './story-errors.js';
import { afterMove } from './story-moves.js';
import { type StoryText, saveText } from './version-queries.js';
import { wordsEtag } from './words-etag.js';

/** What is absent stays as it is. */
export type StoryEdit = { readonly [Part in keyof StoryText]?: StoryText[Part] | undefined };

/**
 * Changes the words and the terms of a draft, or of a published story as a new version.
 * @param ifMatch of the request, where it had one: the etag of what its writer saw
 * @throws ApiError STORY_NOT_FOUND also where it is another's, MOVE_NOT_POSSIBLE, AUCTION_RUNNING, STORY_INCOMPLETE;
 *   STORY_CHANGED where it is not any more what its writer saw
 */
export async function editStory(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  { actor }: Pick<Mover, 'actor'>,
  storyId: string,
  edit: StoryEdit,
  ifMatch?: string,
): Promise<void> {
  await db.transaction(async (trx) => {
    const { story, state } = await lockWithState(trx, storyId);
    if (story.maker.makerId !== actor.userId) throw storyNotFound();
    if (!afterMove(state, 'maker', 'edit')) throw moveNotPossible(state, 'maker', 'edit');
    if (ifMatch && ifMatch !== '*' && ifMatch !== `"${wordsEtag(story)}"`) throw storyChanged();
    const edited = withEdit(story, edit);
    await keepChange(trx, actor, story, edited);
    await saveText(trx, storyId, edited);
  });
  tellChanged({ mediaEvents }, storyId);
}

const withEdit = (story: Story, edit: StoryEdit): Story => ({
  ...story,
  title: edit.title ?? story.title,
  description: edit.description ?? story.description,
  category: edit.category === undefined ? story.category : edit.category,
  tags: edit.tags ?? story.tags,
  minimumOffer: edit.minimumOffer ?? story.minimumOffer,
  sections: edit.sections ?? story.sections,
});
