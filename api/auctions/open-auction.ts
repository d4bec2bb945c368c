// Opens the auction of a story with the offer that qualified as its first bid.

import type { Knex } from 'knex';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { hashBid, NO_HASH } from './bid-chain.js';
import { insertAuction, readClock } from './bid-queries.js';
import { MOST_EXTENSION_MINUTES, type Opening, openState, SOFT_CLOSE_MINUTES } from './opening.js';

/** Called with the story's row locked. @returns the auction's id */
export async function openAuction(
  trx: Knex.Transaction,
  actor: Actor,
  opening: Opening & { readonly storyId: string; readonly offerId: string },
): Promise<string> {
  const at = await readClock(trx);
  const { state, row } = openState(opening, at);
  const [auctionId, bidId] = [newId(), newId()];
  const chained = { ...row, auctionId, bidId, at };
  await insertAuction(trx, {
    ...{ auctionId, storyId: opening.storyId, offerId: opening.offerId, state },
    softCloseMinutes: SOFT_CLOSE_MINUTES,
    mostExtensionMinutes: MOST_EXTENSION_MINUTES,
    bid: { ...chained, hash: hashBid(NO_HASH, chained), status: 'active' },
  });
  await recordAudit(trx, actor, {
    action: 'auction.open',
    subject: toPublicId('auction', auctionId),
    before: null,
    after: { offer_id: toPublicId('offer', opening.offerId), price: toAmount(state.price) },
  });
  return auctionId;
}
