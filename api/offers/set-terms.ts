// The terms on which a maker takes offers for a story: whether the first opens the auction, and the private floor.

import { toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { lockWithState } from '../stories/move-story.js';
import { storyNotFound } from '../stories/story-errors.js';
import { getVisibleStory } from '../stories/visible-story.js';
import type { OfferTerms } from './offer.js';
import { findTerms, saveTerms } from './terms-queries.js';

/** For its maker alone. @throws ApiError STORY_NOT_FOUND */
export async function getTerms(
  { db }: Pick<Context, 'db'>,
  storyId: string,
  caller: Parameters<typeof getVisibleStory>[2] & object,
): Promise<{ terms: OfferTerms; currency: string }> {
  const { story } = await getVisibleStory({ db }, storyId, caller);
  if (story.maker.makerId !== caller.userId) throw storyNotFound();
  return { terms: await findTerms(db, storyId), currency: story.currency };
}

/** Holds from the next offer on. @throws ApiError STORY_NOT_FOUND */
export async function setTerms(
  { db }: Pick<Context, 'db'>,
  actor: Actor,
  storyId: string,
  terms: OfferTerms,
): Promise<{ terms: OfferTerms; currency: string }> {
  return db.transaction(async (trx) => {
    const { story } = await lockWithState(trx, storyId);
    if (story.maker.makerId !== actor.userId) throw storyNotFound();
    const before = await findTerms(trx, storyId);
    await saveTerms(trx, storyId, terms);
    await recordAudit(trx, actor, {
      action: 'offer.terms',
      subject: toPublicId('story', storyId),
      before: toEntry(before),
      after: toEntry(terms),
    });
    return { terms, currency: story.currency };
  });
}

const toEntry = ({ autoOpen, floor }: OfferTerms) => ({
  auto_open: autoOpen,
  floor: floor === null ? null : toAmount(floor),
});
