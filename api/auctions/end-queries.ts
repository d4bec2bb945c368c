// SQL that ends auctions: each once, whoever finds it due.

import type { Knex } from 'knex';

import { toMinorUnits } from '../../pipeline/platform/money.js';

export interface EndedAuction {
  readonly auctionId: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly currency: string;
  readonly winnerId: string;
  readonly winningBidId: string;
  /** Minor units. */
  readonly price: number;
  readonly endTime: Date;
  readonly actualEndTime: Date;
  readonly seq: number;
  /** From its end to now. */
  readonly lagSeconds: number;
}

/** By the database's clock, those that are due longest first. */
export const listOverdueIds = (db: Knex, most: number): Promise<string[]> =>
  db('auctions')
    .where({ status: 'active' })
    .whereRaw('end_time <= clock_timestamp()')
    .orderBy('end_time')
    .limit(most)
    .pluck('auction_id');

/** Locked, or false where another has it, or has ended it already: it needs nobody else then. */
export async function lockOverdue(trx: Knex.Transaction, auctionId: string): Promise<boolean> {
  const row = await trx('auctions')
    .where({ auction_id: auctionId, status: 'active' })
    .whereRaw('end_time <= clock_timestamp()')
    .forNoKeyUpdate()
    .skipLocked()
    .first(trx.raw('1'));
  return row !== undefined;
}

/**
 * At its own end, whenever it is found.
 * @returns undefined where it is not due, or over already
 */
export const saveEnd = (trx: Knex.Transaction, auctionId: string) =>
  endWhere(trx, auctionId, 'a.end_time', 'a.end_time <= clock_timestamp()');

/** Earlier than its end, as its maker may. Called with the row locked. */
export const saveEarlyEnd = (trx: Knex.Transaction, auctionId: string) =>
  endWhere(
    trx,
    auctionId,
    'greatest(clock_timestamp(), a.last_bid_at)',
    'a.end_time > clock_timestamp()',
  );

async function endWhere(
  trx: Knex.Transaction,
  auctionId: string,
  at: string,
  condition: string,
): Promise<EndedAuction | undefined> {
  const { rows } = await trx.raw(
    `with ended as (
       update auctions a set status = 'ended', actual_end_time = ${at}, updated_at = clock_timestamp()
       where a.auction_id = ? and a.status = 'active' and ${condition}
       returning a.*),
     won as (
       update bids b set status = 'winning' from ended e where b.bid_id = e.leading_bid_id)
     select e.*, extract(epoch from clock_timestamp() - e.actual_end_time)::float as lag_seconds
     from ended e`,
    [auctionId],
  );
  const [row] = rows;
  return (
    row && {
      auctionId: row.auction_id,
      storyId: row.story_id,
      makerId: row.maker_id,
      currency: row.currency,
      winnerId: row.current_bidder_id,
      winningBidId: row.leading_bid_id,
      price: toMinorUnits(row.current_bid_amount),
      endTime: row.end_time,
      actualEndTime: row.actual_end_time,
      seq: Number(row.bid_seq),
      lagSeconds: Math.max(0, row.lag_seconds),
    }
  );
}
