// Makes an offer; the first that qualifies opens the auction in the same transaction, however many come at once.

import type { Knex } from 'knex';

import { boundWaits } from '../../pipeline/platform/bound-waits.js';
import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
import { findSale } from '../auctions/find-sale.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { admitBidder } from '../bars/admit-bidder.js';
import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { refuseOtherCurrency, toUnits } from '../http/given-amount.js';
import { postNotice } from '../outbox/post-notice.js';
import { lockWithState } from '../stories/move-story.js';
import { getShownStory } from '../stories/visible-story.js';
import { firstStatus, MOST_IN_HOUR, MOST_OF_STORY, type Offer } from './offer.js';
import {
  auctionIsRunning,
  offerBelowMinimum,
  storySold,
  tooManyOffers,
  tooManyOffersOnStory,
} from './offer-errors.js';
import { openByOffer, wordsOf } from './open-by-offer.js';
import { countOffersMade, findOffer, insertOffer, lockBuyer } from './queries.js';
import { findTerms } from './terms-queries.js';

export interface WantedOffer {
  readonly storyId: string;
  /** As it was given. */
  readonly amount: number;
  readonly currency: string;
  readonly message: string | null;
}

/**
 * @throws ApiError STORY_NOT_FOUND, STORY_NOT_SHOWN, OWN_STORY, BARRED, EMAIL_NOT_VERIFIED, WRONG_CURRENCY,
 *   TOO_MANY_DECIMALS, AUCTION_RUNNING, STORY_SOLD, OFFER_BELOW_MINIMUM, TOO_MANY_OFFERS_ON_STORY, TOO_MANY_OFFERS
 */
export async function makeOffer(
  context: Pick<Context, 'flags'>,
  db: Knex,
  { caller, actor }: { readonly caller: Caller; readonly actor: Actor },
  wanted: WantedOffer,
): Promise<Offer> {
  const amount = toUnits('offer_amount', wanted.amount);
  return db.transaction(async (trx) => {
    await boundWaits(trx);
    await lockBuyer(trx, caller.userId);
    const { story, state } = await lockWithState(trx, wanted.storyId);
    await getShownStory({ db: trx }, wanted.storyId, caller);
    const who = { userId: caller.userId, makerId: story.maker.makerId };
    await admitBidder(context, trx, who);
    refuseOtherCurrency(wanted.currency, story.currency);
    await refuseUnlessOpen(trx, wanted.storyId);
    if (amount < story.minimumOffer) throw offerBelowMinimum(story.minimumOffer);
    await refuseOverLimits(trx, who.userId, wanted.storyId);

    const offerId = newId();
    const status = firstStatus(amount, await findTerms(trx, wanted.storyId));
    await insertOffer(trx, {
      ...{ offerId, storyId: wanted.storyId, buyerId: who.userId, amount, status },
      ...{ currency: wanted.currency, message: wanted.message, storyVersion: state.version },
      autoRejected: status === 'rejected',
    });
    await recordAudit(trx, actor, {
      action: 'offer.make',
      subject: toPublicId('offer', offerId),
      before: null,
      after: { status, amount: toAmount(amount), story_id: toPublicId('story', wanted.storyId) },
    });
    const offer = await getOffer(trx, offerId);
    if (status === 'accepted') await openByOffer(trx, actor, story, offer);
    if (status === 'pending') {
      await postNotice(trx, who.makerId, { kind: 'offer_received', facts: wordsOf(offer) });
    }
    return status === 'accepted' ? getOffer(trx, offerId) : offer;
  });
}

/** Called with the story's row locked. @throws ApiError AUCTION_RUNNING, STORY_SOLD */
export async function refuseUnlessOpen(trx: Knex.Transaction, storyId: string): Promise<void> {
  const sale = await findSale(trx, storyId);
  if (sale?.state === 'auction') throw auctionIsRunning(sale.auctionId);
  if (sale) throw storySold();
}

async function refuseOverLimits(trx: Knex.Transaction, buyerId: string, storyId: string) {
  const made = await countOffersMade(trx, buyerId, storyId);
  if (made.ofStory >= MOST_OF_STORY) throw tooManyOffersOnStory();
  if (made.inHour >= MOST_IN_HOUR) throw tooManyOffers(made.freeInSeconds);
}

async function getOffer(trx: Knex.Transaction, offerId: string): Promise<Offer> {
  const offer = await findOffer(trx, offerId);
  if (!offer) throw new Error('An offer that was just made is not there');
  return offer;
}
