// What ends an auction before its time: its maker accepts the leading bid or takes it back, or an admin cancels it.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { validationError } from '../errors.js';
import { afterCommit } from '../http/after-commit.js';
import { postNotice } from '../outbox/post-notice.js';
import { auctionNotFound, closingError } from './auction-errors.js';
import { type LockedAuction, limitWaits, lockAuction } from './bid-queries.js';
import {
  type ClosingFacts,
  findClosingFacts,
  saveCancelled,
  saveEndTime,
} from './close-queries.js';
import { type Closing, close } from './closing.js';
import { sell } from './end-auction.js';
import { saveEarlyEnd } from './end-queries.js';

type Publishing = Pick<Context, 'auctionEvents'>;

/**
 * Sells to who leads, where the bid that the maker saw is still the newest one.
 * @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, STALE_BID
 */
export async function acceptLeadingBid(
  { auctionEvents }: Publishing,
  db: Knex,
  actor: Actor,
  { auctionId, seenSeq }: { readonly auctionId: string; readonly seenSeq: number },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockToClose(trx, auctionId);
    if (auction.state.makerId !== actor.userId) throw auctionNotFound();
    const { newestSeq } = auction.facts;
    refuse(auction, { kind: 'accept', seenSeq, newestSeq });
    const ended = await saveEarlyEnd(trx, auctionId);
    if (!ended) throw closingError('AUCTION_ENDED', newestSeq);
    await sell(trx, actor, ended, 'auction.accept');
  });
  afterCommit(db, () => auctionEvents.publish(auctionId));
}

/**
 * By its maker, while nobody but who opened it has a bid in it.
 * @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, OTHER_BIDS_STAND
 */
export async function cancelOwnAuction(
  { auctionEvents }: Publishing,
  db: Knex,
  actor: Actor,
  { auctionId, reason }: { readonly auctionId: string; readonly reason: string | null },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockToClose(trx, auctionId);
    if (auction.state.makerId !== actor.userId) throw auctionNotFound();
    refuse(auction, { kind: 'take_back', bidders: auction.facts.bidders.length });
    await cancel(trx, actor, { ...auction, auctionId }, reason);
  });
  afterCommit(db, () => auctionEvents.publish(auctionId));
}

/** By an admin, at any time before it has ended. @throws ApiError as above */
export async function cancelAuction(
  { auctionEvents }: Publishing,
  db: Knex,
  actor: Actor,
  { auctionId, reason }: { readonly auctionId: string; readonly reason: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockToClose(trx, auctionId);
    refuse(auction, { kind: 'cancel' });
    await cancel(trx, actor, { ...auction, auctionId }, reason);
  });
  afterCommit(db, () => auctionEvents.publish(auctionId));
}

/** By an admin. @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, VALIDATION_ERROR */
export async function moveEnd(
  { auctionEvents }: Publishing,
  db: Knex,
  actor: Actor,
  given: { readonly auctionId: string; readonly endTime: Date; readonly reason: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockToClose(trx, given.auctionId);
    refuse(auction, { kind: 'cancel' });
    if (!(await saveEndTime(trx, given.auctionId, given.endTime))) {
      throw validationError([{ field: 'end_time', message: 'must be a time to come' }]);
    }
    await recordAudit(trx, actor, {
      action: 'auction.move_end',
      subject: toPublicId('auction', given.auctionId),
      before: { end_time: auction.facts.endTime },
      after: { end_time: given.endTime, reason: given.reason },
    });
  });
  afterCommit(db, () => auctionEvents.publish(given.auctionId));
}

async function cancel(
  trx: Knex.Transaction,
  actor: Actor,
  { auctionId, state, facts }: Lockable & { readonly auctionId: string },
  reason: string | null,
): Promise<void> {
  const { bidders, storyTitle, newestSeq } = facts;
  await saveCancelled(trx, auctionId);
  await recordAudit(trx, actor, {
    action: 'auction.cancel',
    subject: toPublicId('auction', auctionId),
    before: { status: 'active', seq: newestSeq },
    after: { status: 'cancelled', void_bids_of: bidders.length, ...(reason && { reason }) },
  });
  const words = { title: storyTitle, reason: reason ?? '' };
  for (const userId of new Set([...bidders, state.makerId])) {
    if (userId !== actor.userId)
      await postNotice(trx, userId, { kind: 'auction_cancelled', facts: words });
  }
}

interface Lockable extends LockedAuction {
  readonly facts: ClosingFacts;
}

/** @throws ApiError AUCTION_NOT_FOUND */
async function lockToClose(trx: Knex.Transaction, auctionId: string): Promise<Lockable> {
  await limitWaits(trx);
  const locked = await lockAuction(trx, auctionId);
  if (!locked) throw auctionNotFound();
  return { ...locked, facts: await findClosingFacts(trx, auctionId) };
}

/** @throws ApiError for why it cannot be closed so */
function refuse({ state, at, facts }: Lockable, closing: Closing): void {
  const { refusal } = close(state, closing, at);
  if (refusal) throw closingError(refusal, facts.newestSeq);
}
