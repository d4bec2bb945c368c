// What ends an auction before its time: its maker accepts the leading bid or takes it back, or an admin cancels it.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { validationError } from '../errors.js';
import { postNotice } from '../outbox/post-notice.js';
import { auctionNotFound, auctionOver, otherBidsStand, staleBid } from './auction-errors.js';
import { lockRunning, type RunningAuction, saveCancelled, saveEndTime } from './close-queries.js';
import { sell } from './end-auction.js';
import { saveEarlyEnd } from './end-queries.js';

type Closing = Pick<Context, 'auctionEvents'>;

/**
 * Sells to who leads, where the bid that the maker saw is still the newest one.
 * @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, STALE_BID
 */
export async function acceptLeadingBid(
  { auctionEvents }: Closing,
  db: Knex,
  actor: Actor,
  { auctionId, seenSeq }: { readonly auctionId: string; readonly seenSeq: number },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockOwn(trx, actor, auctionId);
    refuseOver(auction);
    if (auction.seq !== seenSeq) throw staleBid(auction.seq);
    const ended = await saveEarlyEnd(trx, auctionId);
    if (!ended) throw auctionOver('ended');
    await sell(trx, actor, ended, 'auction.accept');
  });
  auctionEvents.publish(auctionId);
}

/**
 * By its maker, while nobody but who opened it has a bid in it.
 * @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, OTHER_BIDS_STAND
 */
export async function cancelOwnAuction(
  { auctionEvents }: Closing,
  db: Knex,
  actor: Actor,
  { auctionId, reason }: { readonly auctionId: string; readonly reason: string | null },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockOwn(trx, actor, auctionId);
    refuseOver(auction);
    if (auction.bidders.length > 1) throw otherBidsStand();
    await cancel(trx, actor, auction, reason);
  });
  auctionEvents.publish(auctionId);
}

/** By an admin, at any time before it has ended. @throws ApiError as above */
export async function cancelAuction(
  { auctionEvents }: Closing,
  db: Knex,
  actor: Actor,
  { auctionId, reason }: { readonly auctionId: string; readonly reason: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockKnown(trx, auctionId);
    refuseOver(auction);
    await cancel(trx, actor, auction, reason);
  });
  auctionEvents.publish(auctionId);
}

/** By an admin. @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, VALIDATION_ERROR */
export async function moveEnd(
  { auctionEvents }: Closing,
  db: Knex,
  actor: Actor,
  given: { readonly auctionId: string; readonly endTime: Date; readonly reason: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const auction = await lockKnown(trx, given.auctionId);
    refuseOver(auction);
    if (!(await saveEndTime(trx, given.auctionId, given.endTime))) {
      throw validationError([{ field: 'end_time', message: 'must be a time to come' }]);
    }
    await recordAudit(trx, actor, {
      action: 'auction.move_end',
      subject: toPublicId('auction', given.auctionId),
      before: { end_time: auction.endTime },
      after: { end_time: given.endTime, reason: given.reason },
    });
  });
  auctionEvents.publish(given.auctionId);
}

async function cancel(
  trx: Knex.Transaction,
  actor: Actor,
  auction: RunningAuction,
  reason: string | null,
): Promise<void> {
  const { auctionId, bidders, makerId } = auction;
  await saveCancelled(trx, auctionId);
  await recordAudit(trx, actor, {
    action: 'auction.cancel',
    subject: toPublicId('auction', auctionId),
    before: { status: 'active', seq: auction.seq },
    after: { status: 'cancelled', void_bids_of: bidders.length, ...(reason && { reason }) },
  });
  const facts = { title: auction.storyTitle, reason: reason ?? '' };
  for (const userId of new Set([...bidders, makerId])) {
    if (userId !== actor.userId)
      await postNotice(trx, userId, { kind: 'auction_cancelled', facts });
  }
}

function refuseOver({ status, isRunning }: RunningAuction): void {
  if (!isRunning) throw auctionOver(status);
}

async function lockKnown(trx: Knex.Transaction, auctionId: string): Promise<RunningAuction> {
  const auction = await lockRunning(trx, auctionId);
  if (!auction) throw auctionNotFound();
  return auction;
}

async function lockOwn(trx: Knex.Transaction, { userId }: Actor, auctionId: string) {
  const auction = await lockKnown(trx, auctionId);
  if (auction.makerId !== userId) throw auctionNotFound();
  return auction;
}
