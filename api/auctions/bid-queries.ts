// SQL of bidding: the row that decides, locked, and all that a batch of bids writes, each in one statement.

import type { Knex } from 'knex';

import { toDecimalText, toMinorUnits } from '../../pipeline/platform/money.js';
import type { Sql } from '../../pipeline/platform/sql.js';
import type { ChainedBid } from './bid-chain.js';
import type { AuctionState } from './step.js';

export interface LockedAuction {
  readonly state: AuctionState;
  readonly leadingBidId: string;
  readonly lastHash: Buffer;
  /** Microseconds since 1970 by the database's clock, read with the lock held; never before the last bid. */
  readonly at: number;
}

/** The lock is taken below the scan that reads the clock: were it one level, the clock would be read before the wait. */
export async function lockAuction(sql: Sql, auctionId: string): Promise<LockedAuction | undefined> {
  const { rows } = await sql.raw<LockedRow>(
    `with a as materialized (select * from auctions where auction_id = ? for no key update)
     select a.status, a.maker_id, a.currency, a.minimum_bid_increment, a.current_bid_amount,
       a.current_bidder_id, a.leader_max, a.leading_bid_id, a.bid_seq, a.last_hash,
       a.soft_close_duration_minutes, a.max_soft_close_minutes,
       ${micros('a.start_time')} as start_at, ${micros('a.end_time')} as end_at,
       ${micros('a.original_end_time')} as original_end_at,
       ${micros('greatest(clock_timestamp(), a.last_bid_at)')} as at
     from a`,
    [auctionId],
  );
  const [row] = rows;
  return row && toLocked(row);
}

export interface WrittenBid extends ChainedBid {
  readonly hash: Buffer;
  readonly status: 'active' | 'outbid';
}

export async function saveBids(
  sql: Sql,
  auctionId: string,
  after: {
    readonly state: AuctionState;
    readonly leadingBidId: string;
    readonly lastHash: Buffer;
    readonly at: number;
    /** Whether another bid than before is seen to lead now. */
    readonly isPriceMoved: boolean;
    readonly bids: readonly WrittenBid[];
  },
): Promise<void> {
  const { state, bids } = after;
  const column = <T>(read: (bid: WrittenBid) => T) => bids.map(read);
  await sql.raw(
    `with moved as (
       update auctions set current_bid_amount = ?, current_bidder_id = ?, leader_max = ?,
         leading_bid_id = ?, bid_seq = ?, end_time = ${fromMicros('?')},
         last_bid_at = ${fromMicros('?')}, updated_at = ${fromMicros('?')}, last_hash = ?
       where auction_id = ?),
     beaten as (
       update bids set status = 'outbid' where auction_id = ? and status = 'active' and ?)
     insert into bids (bid_id, auction_id, bidder_id, bid_amount, currency, status, is_auto_bid,
       created_at, seq, asked_amount, max_amount, is_raise, hash)
     select b.bid_id, ?::uuid, b.bidder_id, b.amount, ?::varchar, b.status, b.is_auto, ${fromMicros('b.at')},
       b.seq, b.asked, b.most, b.is_raise, b.hash
     from unnest(?::uuid[], ?::uuid[], ?::decimal[], ?::varchar[], ?::boolean[], ?::bigint[],
       ?::integer[], ?::decimal[], ?::decimal[], ?::boolean[], ?::bytea[])
       as b (bid_id, bidder_id, amount, status, is_auto, at, seq, asked, most, is_raise, hash)`,
    [
      ...[toDecimalText(state.price), state.leaderId, toDecimalText(state.leaderMax)],
      ...[after.leadingBidId, state.seq, state.endAt, after.at, after.at, after.lastHash],
      ...[auctionId, auctionId, after.isPriceMoved, auctionId, state.currency],
      column(({ bidId }) => bidId),
      column(({ bidderId }) => bidderId),
      column(({ amount }) => toDecimalText(amount)),
      column(({ status }) => status),
      column(({ isAuto }) => isAuto),
      column(({ at }) => at),
      column(({ seq }) => seq),
      column(({ asked }) => toDecimalText(asked)),
      column(({ max }) => toDecimalText(max)),
      column(({ isRaise }) => isRaise),
      column(({ hash }) => hash),
    ],
  );
}

/** With the offer as its first bid. */
export async function insertAuction(
  trx: Knex.Transaction,
  opened: {
    readonly auctionId: string;
    readonly storyId: string;
    readonly offerId: string;
    readonly state: AuctionState;
    readonly softCloseMinutes: number;
    readonly mostExtensionMinutes: number;
    readonly bid: WrittenBid;
  },
): Promise<void> {
  const { state, bid } = opened;
  const at = (micros: number) => trx.raw(fromMicros('?'), [micros]);
  await trx('auctions').insert({
    auction_id: opened.auctionId,
    story_id: opened.storyId,
    maker_id: state.makerId,
    starting_offer_id: opened.offerId,
    currency: state.currency,
    status: state.status,
    current_bid_amount: toDecimalText(state.price),
    current_bidder_id: state.leaderId,
    leader_max: toDecimalText(state.leaderMax),
    leading_bid_id: bid.bidId,
    bid_seq: state.seq,
    minimum_bid_increment: toDecimalText(state.increment),
    soft_close_duration_minutes: opened.softCloseMinutes,
    max_soft_close_minutes: opened.mostExtensionMinutes,
    start_time: at(state.startAt),
    end_time: at(state.endAt),
    original_end_time: at(state.originalEndAt),
    last_bid_at: at(bid.at),
    last_hash: bid.hash,
  });
  await trx('bids').insert({
    bid_id: bid.bidId,
    auction_id: opened.auctionId,
    bidder_id: bid.bidderId,
    bid_amount: toDecimalText(bid.amount),
    currency: state.currency,
    status: bid.status,
    is_auto_bid: bid.isAuto,
    created_at: at(bid.at),
    seq: bid.seq,
    asked_amount: toDecimalText(bid.asked),
    max_amount: toDecimalText(bid.max),
    is_raise: bid.isRaise,
    hash: bid.hash,
  });
}

export async function readClock(trx: Knex.Transaction): Promise<number> {
  const { rows } = await trx.raw(`select ${micros('clock_timestamp()')} as at`);
  return Number(rows[0].at);
}

const micros = (time: string) => `(extract(epoch from ${time}) * 1000000)::bigint`;
/** Exact, where to_timestamp() would go by a float. */
const fromMicros = (value: string) =>
  `(timestamptz 'epoch' + ${value}::bigint * interval '1 microsecond')`;

interface LockedRow {
  status: AuctionState['status'];
  maker_id: string;
  currency: string;
  minimum_bid_increment: string;
  current_bid_amount: string;
  current_bidder_id: string;
  leader_max: string;
  leading_bid_id: string;
  bid_seq: number;
  last_hash: Buffer;
  soft_close_duration_minutes: number;
  max_soft_close_minutes: number;
  start_at: string;
  end_at: string;
  original_end_at: string;
  at: string;
}

const MINUTE = 60_000_000;

const toLocked = (row: LockedRow): LockedAuction => ({
  state: {
    status: row.status,
    makerId: row.maker_id,
    currency: row.currency,
    increment: toMinorUnits(row.minimum_bid_increment),
    startAt: Number(row.start_at),
    endAt: Number(row.end_at),
    originalEndAt: Number(row.original_end_at),
    softClose: row.soft_close_duration_minutes * MINUTE,
    mostExtension: row.max_soft_close_minutes * MINUTE,
    price: toMinorUnits(row.current_bid_amount),
    leaderId: row.current_bidder_id,
    leaderMax: toMinorUnits(row.leader_max),
    seq: row.bid_seq,
  },
  leadingBidId: row.leading_bid_id,
  lastHash: row.last_hash,
  at: Number(row.at),
});
