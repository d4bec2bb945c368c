// SQL that reads auctions and their bids for people: what everybody may see, and what is one's own.

import type { Knex } from 'knex';

import { toMinorUnits } from '../../pipeline/platform/money.js';

export type AuctionStatus = 'active' | 'ended' | 'cancelled';

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

/** Whose auction it is, and of which story: neither ever changes. */
export async function findOwner(
  db: Knex,
  auctionId: string,
): Promise<{ readonly makerId: string; readonly storyId: string } | undefined> {
  const row = await db('auctions').where({ auction_id: auctionId }).first('maker_id', 'story_id');
  return row && { makerId: row.maker_id, storyId: row.story_id };
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
  filtered(db('auctions as a'), filter)
    .orderBy([
      { column: 'a.start_time', order: 'desc' },
      { column: 'a.auction_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset)
    .pluck('a.auction_id');

export async function countAuctions(db: Knex, filter: AuctionFilter): Promise<number> {
  const row = await filtered(db('auctions as a'), filter).first<{ total: string }>(
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
  if (filter.side === 'maker') query.where('a.maker_id', filter.userId);
  else {
    query.whereRaw(
      'exists (select from bids b where b.auction_id = a.auction_id and b.bidder_id = ?)',
      [filter.userId],
    );
  }
  if (filter.status) query.whereRaw(`${STATUS} = ?`, [filter.status]);
  return query;
}

const STATUS = `case when a.status = 'active' and a.end_time <= clock_timestamp()
  then 'ended' else a.status end`;

const described = (db: Knex) =>
  db('auctions as a')
    .join('stories as s', 's.story_id', 'a.story_id')
    .select<FactsRow[]>(
      ...['a.*', 's.title'],
      db.raw(`${STATUS} as status_now`),
      db.raw(`a.status = 'active' and a.end_time <= clock_timestamp() as overdue`),
      db.raw('clock_timestamp() as now'),
      db.raw(`a.bid_seq - (select count(*)::int from bids b
        where b.auction_id = a.auction_id and (b.is_raise or b.status = 'withdrawn')) as bid_count`),
      db.raw(`(select max(seq) from bids b
        where b.auction_id = a.auction_id and not b.is_raise) as public_seq`),
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
