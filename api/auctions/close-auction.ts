// What ends an auction before its time: its maker accepts the leading bid or takes it back, or an admin cancels it.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { validationError } from '../errors.js';
import { postNotice } from '../outbox/post-notice.js';
import { closingError } from './auction-errors.js';
import { changeRunning, type RunningAuction } from './change-running.js';
import { saveCancelled, saveEndTime } from './close-queries.js';
import { sell } from './end-auction.js';
import { saveEarlyEnd } from './end-queries.js';

type Publishing = Pick<Context, 'auctionEvents'>;

/**
 * Sells to who leads, where the bid that the maker saw is still the newest one.
 * @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, STALE_BID
 */
export const acceptLeadingBid = (
  context: Publishing,
  db: Knex,
  actor: Actor,
  { auctionId, seenSeq }: { readonly auctionId: string; readonly seenSeq: number },
): Promise<void> =>
  changeRunning(
    context,
    db,
    {
      ...{ auctionId, makerId: actor.userId },
      closing: ({ newestSeq }) => ({ kind: 'accept', seenSeq, newestSeq }),
    },
    async (trx, { facts }) => {
      const ended = await saveEarlyEnd(trx, auctionId);
      if (!ended) throw closingError('AUCTION_ENDED', facts.newestSeq);
      await sell(trx, actor, ended, 'auction.accept');
    },
  );

/**
 * By its maker, while nobody but who opened it has a bid in it.
 * @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, OTHER_BIDS_STAND
 */
export const cancelOwnAuction = (
  context: Publishing,
  db: Knex,
  actor: Actor,
  { auctionId, reason }: { readonly auctionId: string; readonly reason: string | null },
): Promise<void> =>
  changeRunning(
    context,
    db,
    {
      ...{ auctionId, makerId: actor.userId },
      closing: ({ bidders }) => ({ kind: 'take_back', bidders: bidders.length }),
    },
    (trx, auction) => cancel(trx, actor, auction, reason),
  );

/** By an admin, at any time before it has ended. @throws ApiError as above */
export const cancelAuction = (
  context: Publishing,
  db: Knex,
  actor: Actor,
  { auctionId, reason }: { readonly auctionId: string; readonly reason: string },
): Promise<void> =>
  changeRunning(context, db, { auctionId, closing: () => ({ kind: 'cancel' }) }, (trx, auction) =>
    cancel(trx, actor, auction, reason),
  );

/** By an admin. @throws ApiError AUCTION_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, VALIDATION_ERROR */
export const moveEnd = (
  context: Publishing,
  db: Knex,
  actor: Actor,
  given: { readonly auctionId: string; readonly endTime: Date; readonly reason: string },
): Promise<void> =>
  changeRunning(
    context,
    db,
    { auctionId: given.auctionId, closing: () => ({ kind: 'cancel' }) },
    async (trx, { facts }) => {
      if (!(await saveEndTime(trx, given.auctionId, given.endTime))) {
        throw validationError([{ field: 'end_time', message: 'must be a time to come' }]);
      }
      await recordAudit(trx, actor, {
        action: 'auction.move_end',
        subject: toPublicId('auction', given.auctionId),
        before: { end_time: facts.endTime },
        after: { end_time: given.endTime, reason: given.reason },
      });
    },
  );

async function cancel(
  trx: Knex.Transaction,
  actor: Actor,
  { auctionId, state, facts }: RunningAuction,
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
