// What becomes of an offer that waits: accepted or rejected by the maker, or withdrawn by who made it.

import type { Knex } from 'knex';

import { boundWaits } from '../../pipeline/platform/bound-waits.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { isStillWelcome } from '../bars/admit-bidder.js';
import type { Caller } from '../http/authenticate.js';
import { postNotice } from '../outbox/post-notice.js';
import { lockWithState } from '../stories/move-story.js';
import { getShownStory } from '../stories/visible-story.js';
import { refuseUnlessOpen } from './make-offer.js';
import type { Offer, OfferStatus } from './offer.js';
import { buyerGone, offerNotFound, offerNotPending } from './offer-errors.js';
import { openByOffer, wordsOf } from './open-by-offer.js';
import { answerOffer, findOffer, lockOffer } from './queries.js';

interface Answerer {
  readonly caller: Caller;
  readonly actor: Actor;
}

/** @throws ApiError OFFER_NOT_FOUND for everybody but its buyer, the maker and admins */
export async function getOffer(db: Knex, offerId: string, caller: Caller): Promise<Offer> {
  const offer = await findOffer(db, offerId);
  if (!offer || !mayRead(offer, caller)) throw offerNotFound();
  return offer;
}

/**
 * Opens the auction. Only the maker may.
 * @throws ApiError OFFER_NOT_FOUND, OFFER_NOT_PENDING, AUCTION_RUNNING, STORY_SOLD, STORY_NOT_SHOWN, BUYER_GONE
 */
export async function acceptOffer(db: Knex, { caller, actor }: Answerer, offerId: string) {
  return db.transaction(async (trx) => {
    await boundWaits(trx);
    const { storyId, makerId } = await getOffer(trx, offerId, caller);
    if (makerId !== caller.userId) throw offerNotFound();
    const { story } = await lockWithState(trx, storyId);
    const offer = await lockOffer(trx, offerId);
    if (!offer) throw offerNotFound();
    if (offer.status !== 'pending') throw offerNotPending(offer.status);
    await refuseUnlessOpen(trx, storyId);
    await getShownStory({ db: trx }, storyId, caller);
    if (!(await isStillWelcome(trx, { userId: offer.buyer.userId, makerId }))) throw buyerGone();
    await answer(trx, actor, offer, { status: 'accepted' });
    await openByOffer(trx, actor, story, offer);
    return readAgain(trx, offerId);
  });
}

/** Only the maker may. @throws ApiError OFFER_NOT_FOUND, OFFER_NOT_PENDING */
export async function rejectOffer(
  db: Knex,
  { caller, actor }: Answerer,
  { offerId, message }: { readonly offerId: string; readonly message: string | null },
): Promise<Offer> {
  return db.transaction(async (trx) => {
    const offer = await getOffer(trx, offerId, caller);
    if (offer.makerId !== caller.userId) throw offerNotFound();
    await answer(trx, actor, offer, { status: 'rejected', message });
    await postNotice(trx, offer.buyer.userId, { kind: 'offer_rejected', facts: wordsOf(offer) });
    return readAgain(trx, offerId);
  });
}

/** Only who made it may. @throws ApiError OFFER_NOT_FOUND, OFFER_NOT_PENDING */
export async function withdrawOffer(
  db: Knex,
  { caller, actor }: Answerer,
  offerId: string,
): Promise<Offer> {
  return db.transaction(async (trx) => {
    const offer = await getOffer(trx, offerId, caller);
    if (offer.buyer.userId !== caller.userId) throw offerNotFound();
    await answer(trx, actor, offer, { status: 'withdrawn' });
    return readAgain(trx, offerId);
  });
}

async function answer(
  trx: Knex.Transaction,
  actor: Actor,
  { offerId }: Offer,
  given: { readonly status: OfferStatus; readonly message?: string | null },
): Promise<void> {
  if (!(await answerOffer(trx, offerId, given))) {
    throw offerNotPending((await readAgain(trx, offerId)).status);
  }
  await recordAudit(trx, actor, {
    action: `offer.${ACTS[given.status]}`,
    subject: toPublicId('offer', offerId),
    before: { status: 'pending' },
    after: { status: given.status },
  });
}

const ACTS: Readonly<Partial<Record<OfferStatus, string>>> = {
  accepted: 'accept',
  rejected: 'reject',
  withdrawn: 'withdraw',
};

const mayRead = ({ buyer, makerId }: Offer, caller: Caller) =>
  [buyer.userId, makerId].includes(caller.userId) || caller.userType === 'admin';

async function readAgain(trx: Knex.Transaction, offerId: string): Promise<Offer> {
  const offer = await findOffer(trx, offerId);
  if (!offer) throw offerNotFound();
  return offer;
}
