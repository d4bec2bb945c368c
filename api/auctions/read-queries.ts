// SQL that reads auctions and their bids for people: what everybody may see, and what is one's own.

import type { Knex } from 'knex';

import { toMinorUnits } from '../../pipeline/platform/money.js';

export type AuctionStatus = 'active' | 'ended' | 'cancelled';
export type BidStatus = 'active' | 'outbid' | 'winning' | 'withdrawn';

/** What the row says, by the database's clock, and what its public bids add up to. */
export interface AuctionFacts {
  readonly auctionId: string;
  readonly storyId: string;
  readonly storyTitle: string;
  readonly makerId: string;
  readonly currency: string;
  readonly status: AuctionStatus;
  /** Its end has passed, and nobody has written that down yet. */
  readonly overdue: boolean;
  /** Minor units. */
  readonly price: number;
  readonly increment: number;
  readonly leaderId: string;
  /** Of the newest bid that everybody sees. */
  readonly seq: number;
  readonly bidCount: number;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly originalEndTime: Date;
  readonly actualEndTime: Date | null;
  readonly softCloseMinutes: number;
  readonly mostExtensionMinutes: number;
  /** Until when the maker of an unpaid sale may choose. */
  readonly decideBy: Date | null;
  readonly relistedAt: Date | null;
  readonly now: Date;
}

export interface PublicBid {
  readonly bidId: string;
  readonly bidderId: string;
  readonly seq: number;
  readonly amount: number;
  /** Only where it is asked for by its owner is this shown. */
  readonly maximum: number;
  readonly currency: string;
  readonly status: BidStatus;
  readonly isAutoBid: boolean;
  readonly createdAt: Date;
  /** The auction's end as this bid left it. */
  readonly endTime: Date;
}

export async function findFacts(db: Knex, auctionId: string): Promise<AuctionFacts | undefined> {
  const row = await described(db).where('a.auction_id', auctionId).first();
  return row && toFacts(row);
}

/** Newest first: those of what somebody sells, or those in which somebody bids. */
export const listAuctionIds = (
  db: Knex,
  filter: AuctionFilter,
  page: { limit: number; offset: number },
): Promise<string[]> =>
  filtered(inStories(db), filter)
    .orderBy([
      { column: 'a.start_time', order: 'desc' },
      { column: 'a.auction_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset)
    .pluck('a.auction_id');

export async function countAuctions(db: Knex, filter: AuctionFilter): Promise<number> {
  const row = await filtered(inStories(db), filter).first<{ total: string }>(
    db.raw('count(*) as total'),
  );
  return Number(row.total);
}

export interface AuctionFilter {
  readonly side: 'maker' | 'bidder';
  readonly userId: string;
  readonly status?: AuctionStatus | undefined;
}

function filtered<Q extends Knex.QueryBuilder>(query: Q, filter: AuctionFilter): Q {
  if (filter.side === 'maker') query.where('s.maker_id', filter.userId);
  else {
    query.whereRaw(
      'exists (select from bids b where b.auction_id = a.auction_id and b.bidder_id = ?)',
      [filter.userId],
    );
  }
  if (filter.status) query.whereRaw(`${STATUS} = ?`, [filter.status]);
  return query;
}

/** Newest first, below a place in their order. */
export async function listBidsBefore(
  db: Knex,
  auctionId: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<PublicBid[]> {
  const query = publicBids(db, auctionId).orderBy('b.seq', 'desc').limit(limit);
  if (before !== null) query.where('b.seq', '<', before);
  return (await query).map(toBid);
}

/** Oldest first, above a place in their order and up to another. */
export async function listBidsAfter(
  db: Knex,
  auctionId: string,
  { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<PublicBid[]> {
  const query = publicBids(db, auctionId)
    .whereBetween('b.seq', [after + 1, upTo])
    .orderBy('b.seq');
  return (await query.limit(limit)).map(toBid);
}

/** In the order of their first bid, which never changes: the first is number 1. */
export const listBidders = (db: Knex, auctionId: string): Promise<string[]> =>
  db('bids')
    .where({ auction_id: auctionId })
    .groupBy('bidder_id')
    .orderByRaw('min(seq)')
    .pluck('bidder_id');

/** The highest of somebody's own hidden maxima; null where none stands. */
export async function findOwnMaximum(
  db: Knex,
  auctionId: string,
  bidderId: string,
): Promise<number | null> {
  const row = await db('bids')
    .where({ auction_id: auctionId, bidder_id: bidderId })
    .whereNot('status', 'withdrawn')
    .first<{ most: string | null }>(db.raw('max(max_amount) as most'));
  return row.most === null ? null : toMinorUnits(row.most);
}

const STATUS = `case when a.status = 'active' and a.end_time <= clock_timestamp()
  then 'ended' else a.status end`;

const inStories = (db: Knex) =>
  db('auctions as a').join('stories as s', 's.story_id', 'a.story_id');

const described = (db: Knex) =>
  inStories(db).select<FactsRow[]>(
    ...['a.*', 's.title', 's.maker_id', 's.currency'],
    db.raw(`${STATUS} as status_now`),
    db.raw(`a.status = 'active' and a.end_time <= clock_timestamp() as overdue`),
    db.raw('clock_timestamp() as now'),
    db.raw(`(select count(*)::int from bids b
        where b.auction_id = a.auction_id and not b.is_raise and b.status <> 'withdrawn') as bid_count`),
    db.raw(`(select max(seq) from bids b
        where b.auction_id = a.auction_id and not b.is_raise) as public_seq`),
  );

const publicBids = (db: Knex, auctionId: string) =>
  db('bids as b')
    .join('auctions as a', 'a.auction_id', 'b.auction_id')
    .where('b.auction_id', auctionId)
    .where('b.is_raise', false)
    .select<BidRow[]>(
      'b.*',
      db.raw(`greatest(a.original_end_time, least(
        b.created_at + make_interval(mins => a.soft_close_duration_minutes),
        a.original_end_time + make_interval(mins => a.max_soft_close_minutes))) as end_time_then`),
    );

interface FactsRow {
  auction_id: string;
  story_id: string;
  title: string;
  maker_id: string;
  currency: string;
  status_now: AuctionStatus;
  overdue: boolean;
  current_bid_amount: string;
  minimum_bid_increment: string;
  current_bidder_id: string;
  public_seq: string;
  bid_count: number;
  start_time: Date;
  end_time: Date;
  original_end_time: Date;
  actual_end_time: Date | null;
  soft_close_duration_minutes: number;
  max_soft_close_minutes: number;
  decide_by: Date | null;
  relisted_at: Date | null;
  now: Date;
}

const toFacts = (row: FactsRow): AuctionFacts => ({
  auctionId: row.auction_id,
  storyId: row.story_id,
  storyTitle: row.title,
  makerId: row.maker_id,
  currency: row.currency,
  status: row.status_now,
  overdue: row.overdue,
  price: toMinorUnits(row.current_bid_amount),
  increment: toMinorUnits(row.minimum_bid_increment),
  leaderId: row.current_bidder_id,
  seq: Number(row.public_seq),
  bidCount: row.bid_count,
  startTime: row.start_time,
  endTime: row.end_time,
  originalEndTime: row.original_end_time,
  actualEndTime: row.actual_end_time,
  softCloseMinutes: row.soft_close_duration_minutes,
  mostExtensionMinutes: row.max_soft_close_minutes,
  decideBy: row.decide_by,
  relistedAt: row.relisted_at,
  now: row.now,
});

interface BidRow {
  bid_id: string;
  bidder_id: string;
  seq: string;
  bid_amount: string;
  max_amount: string;
  currency: string;
  status: BidStatus;
  is_auto_bid: boolean;
  created_at: Date;
  end_time_then: Date;
}

const toBid = (row: BidRow): PublicBid => ({
  bidId: row.bid_id,
  bidderId: row.bidder_id,
  seq: Number(row.seq),
  amount: toMinorUnits(row.bid_amount),
  maximum: toMinorUnits(row.max_amount),
  currency: row.currency,
  status: row.status,
  isAutoBid: row.is_auto_bid,
  createdAt: row.created_at,
  endTime: row.end_time_then,
});
