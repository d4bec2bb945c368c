// Takes a bid out of a running auction, by an admin: what is left is decided anew, and the price falls back for all to see.

import type { Knex } from 'knex';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount, toDecimalText } from '../../pipeline/platform/money.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { postNotice } from '../outbox/post-notice.js';
import { bidNotFound, bidNotWithdrawable } from './auction-errors.js';
import { hashBid } from './bid-chain.js';
import { type LockedAuction, saveBids } from './bid-queries.js';
import { listChain, type StoredBid } from './chain-queries.js';
import { changeRunning } from './change-running.js';
import { saveWithdrawn } from './close-queries.js';
import { withdraw } from './replay.js';
import type { AuctionState } from './step.js';

/** @throws ApiError AUCTION_NOT_FOUND, BID_NOT_FOUND, AUCTION_ENDED, AUCTION_CANCELLED, BID_NOT_WITHDRAWABLE */
export async function withdrawBid(
  context: Pick<Context, 'auctionEvents'>,
  db: Knex,
  actor: Actor,
  given: { readonly auctionId: string; readonly bidId: string; readonly reason: string },
): Promise<void> {
  const { auctionId, bidId, reason } = given;
  const closing = () => ({ kind: 'cancel' }) as const;
  await changeRunning(context, db, { auctionId, closing }, async (trx, { facts, ...locked }) => {
    const rows = await listRows(trx, auctionId);
    const bid = findWithdrawable(rows, bidId);
    const { withdrawn, after } = withdraw(locked.state, rows, bid.seq);
    if (!after) throw bidNotWithdrawable('It is the only bid: cancel the auction instead.');
    await saveWithdrawn(trx, auctionId, withdrawn);
    if (hasMoved(locked.state, after)) await saveFall(trx, auctionId, locked, after);
    await recordAudit(trx, actor, {
      action: 'bid.withdraw',
      subject: toPublicId('bid', bidId),
      before: { price: toAmount(locked.state.price) },
      after: { price: toAmount(after.price), reason },
    });
    const amount = `${toDecimalText(bid.amount)} ${after.currency}`;
    const words = { title: facts.storyTitle, amount, reason };
    await postNotice(trx, bid.bidderId, { kind: 'bid_withdrawn', facts: words });
  });
}

interface Row extends StoredBid {
  readonly isWithdrawn: boolean;
}

async function listRows(trx: Knex.Transaction, auctionId: string): Promise<Row[]> {
  const { bids } = await listChain(trx, auctionId);
  return bids.map((bid) => ({ ...bid, isWithdrawn: bid.status === 'withdrawn' }));
}

function findWithdrawable(rows: readonly Row[], bidId: string): Row {
  const bid = rows.find((row) => row.bidId === bidId);
  if (!bid || bid.isRaise) throw bidNotFound();
  if (bid.isWithdrawn) throw bidNotWithdrawable('It is withdrawn already.');
  if (bid.isAuto) {
    throw bidNotWithdrawable(
      'The auction made it for a maximum: withdraw the bid that named that.',
    );
  }
  return bid;
}

const hasMoved = (before: AuctionState, after: AuctionState) =>
  before.price !== after.price ||
  before.leaderId !== after.leaderId ||
  before.leaderMax !== after.leaderMax;

/** A row of the auction's own says where it stands now: the newest row always does, also where the price has fallen. */
async function saveFall(
  trx: Knex.Transaction,
  auctionId: string,
  { at, lastHash }: LockedAuction,
  after: AuctionState,
): Promise<void> {
  const state = { ...after, seq: after.seq + 1 };
  const { seq, price, leaderId, leaderMax } = state;
  const chained = {
    ...{ auctionId, bidId: newId(), at, seq, bidderId: leaderId },
    ...{ amount: price, asked: price, max: leaderMax, isAuto: true, isRaise: false, leads: true },
  };
  const hash = hashBid(lastHash, chained);
  await saveBids(trx, auctionId, {
    ...{ state, at, lastHash: hash, leadingBidId: chained.bidId, isPriceMoved: true },
    bids: [{ ...chained, hash, status: 'active' }],
  });
}
