// SQL on what follows an auction: whether its story is sold, what its maker decides, and who would be next.

import type { Knex } from 'knex';

import { toMinorUnits } from '../../pipeline/platform/money.js';
import type { Sql } from '../../pipeline/platform/sql.js';

export interface Sale {
  readonly auctionId: string;
  /** By the database's clock: an auction whose end has passed has sold the story, ended or not. */
  readonly state: 'auction' | 'sold';
}

/** By story; one that takes offers has none. */
export async function findSales(sql: Sql, storyIds: readonly string[]): Promise<Map<string, Sale>> {
  const { rows } = await sql.raw<SaleRow>(
    `select story_id, auction_id, status = 'active' and end_time > clock_timestamp() as running
     from auctions where story_id = any(?::uuid[])
       and (status = 'active' or (status = 'ended' and relisted_at is null))`,
    [[...storyIds]],
  );
  return new Map(
    rows.map((row) => [
      row.story_id,
      { auctionId: row.auction_id, state: row.running ? 'auction' : 'sold' },
    ]),
  );
}

interface SaleRow {
  story_id: string;
  auction_id: string;
  running: boolean;
}

export interface EndedSale {
  readonly auctionId: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly currency: string;
  /** It has ended and the story is not free yet. */
  readonly isSold: boolean;
  /** An order went unpaid, and its maker may still choose, by the database's clock. */
  readonly undecided: boolean;
  readonly overdue: boolean;
}

/** With the auction's row locked. */
export async function lockSale(
  trx: Knex.Transaction,
  auctionId: string,
): Promise<EndedSale | undefined> {
  const row = await trx('auctions')
    .where({ auction_id: auctionId })
    .forNoKeyUpdate()
    .first(
      ...['auction_id', 'story_id', 'maker_id', 'currency'],
      trx.raw(`status = 'ended' and relisted_at is null as is_sold`),
      trx.raw(`coalesce(decide_by > clock_timestamp(), false) as undecided`),
      trx.raw(`coalesce(decide_by <= clock_timestamp(), false) as overdue`),
    );
  return (
    row && {
      auctionId: row.auction_id,
      storyId: row.story_id,
      makerId: row.maker_id,
      currency: row.currency,
      isSold: row.is_sold,
      undecided: row.undecided,
      overdue: row.overdue,
    }
  );
}

/** @returns until when */
export async function saveDecideBy(
  trx: Knex.Transaction,
  auctionId: string,
  seconds: number,
): Promise<Date> {
  const [row] = await trx('auctions')
    .where({ auction_id: auctionId })
    .update({ decide_by: trx.raw(`clock_timestamp() + ? * interval '1 second'`, [seconds]) })
    .returning('decide_by');
  return row.decide_by;
}

export async function clearDecideBy(trx: Knex.Transaction, auctionId: string): Promise<void> {
  await trx('auctions').where({ auction_id: auctionId }).update({ decide_by: null });
}

/** @returns false where it is free already, or has not ended */
export async function saveRelisted(trx: Knex.Transaction, auctionId: string): Promise<boolean> {
  const freed = await trx('auctions')
    .where({ auction_id: auctionId, status: 'ended', relisted_at: null })
    .update({ relisted_at: trx.raw('clock_timestamp()'), decide_by: null });
  return freed === 1;
}

/** Those whose makers have not chosen in time. */
export const listUndecided = (db: Knex, most: number): Promise<string[]> =>
  db('auctions')
    .whereNull('relisted_at')
    .whereRaw('decide_by <= clock_timestamp()')
    .orderBy('decide_by')
    .limit(most)
    .pluck('auction_id');

export interface StandingBid {
  readonly bidId: string;
  readonly bidderId: string;
  /** Minor units: the highest that everybody has seen of this bidder. */
  readonly amount: number;
}

/**
 * What each bidder stands at, the highest first and of equal ones the earlier; never above the price that won, which
 * may have fallen back behind a bid that was withdrawn.
 */
export async function listStandingBids(db: Knex, auctionId: string): Promise<StandingBid[]> {
  const { rows } = await db.raw(
    `select bid_id, bidder_id, least(bid_amount,
         (select current_bid_amount from auctions where auction_id = :auctionId)) as bid_amount from (
       select distinct on (bidder_id) bid_id, bidder_id, bid_amount, seq from bids
       where auction_id = :auctionId and status <> 'withdrawn' and not is_raise
       order by bidder_id, bid_amount desc, seq) standing
     order by standing.bid_amount desc, seq`,
    { auctionId },
  );
  return rows.map((row: { bid_id: string; bidder_id: string; bid_amount: string }) => ({
    bidId: row.bid_id,
    bidderId: row.bidder_id,
    amount: toMinorUnits(row.bid_amount),
  }));
}
