// An accepted offer opens the auction of its story and stands as the first bid; the other offers are over with that.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { toDecimalText } from '../../pipeline/platform/money.js';
import { openAuction } from '../auctions/open-auction.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { postNotice } from '../outbox/post-notice.js';
import type { Story } from '../stories/story.js';
import type { Offer } from './offer.js';
import { findOffer, supersedeOffers } from './queries.js';

/** Called with the story's row locked and the offer accepted. @returns the auction's id */
export async function openByOffer(
  trx: Knex.Transaction,
  actor: Actor,
  story: Story,
  offer: Offer,
): Promise<string> {
  const auctionId = await openAuction(trx, actor, {
    storyId: story.storyId,
    makerId: story.maker.makerId,
    currency: offer.currency,
    offerId: offer.offerId,
    bidderId: offer.buyer.userId,
    amount: offer.amount,
  });
  await postNotice(trx, offer.buyer.userId, { kind: 'offer_accepted', facts: wordsOf(offer) });
  await postNotice(trx, offer.makerId, { kind: 'auction_opened', facts: wordsOf(offer) });
  for (const offerId of await supersedeOffers(trx, story.storyId)) {
    await tellExpired(trx, actor, offerId);
  }
  return auctionId;
}

/** The audit row of an offer that nobody answered in time, and the word to its buyer. */
export async function tellExpired(
  trx: Knex.Transaction,
  actor: Actor,
  offerId: string,
): Promise<void> {
  const offer = await findOffer(trx, offerId);
  if (!offer) return;
  await recordAudit(trx, actor, {
    action: 'offer.expire',
    subject: toPublicId('offer', offerId),
    before: { status: 'pending' },
    after: { status: 'expired' },
  });
  await postNotice(trx, offer.buyer.userId, { kind: 'offer_expired', facts: wordsOf(offer) });
}

export const wordsOf = ({ storyTitle, amount, currency }: Offer) => ({
  title: storyTitle,
  amount: `${toDecimalText(amount)} ${currency}`,
});
