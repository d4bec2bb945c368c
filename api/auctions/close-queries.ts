// SQL of what people do to a running auction beside bidding: accepting, cancelling, moving its end.

import type { Knex } from 'knex';

export interface RunningAuction {
  readonly auctionId: string;
  readonly storyId: string;
  readonly storyTitle: string;
  readonly makerId: string;
  readonly status: 'active' | 'ended' | 'cancelled';
  /** Active, and its end has not passed by the database's clock, read with the row locked. */
  readonly isRunning: boolean;
  /** Of the newest bid that everybody sees. */
  readonly seq: number;
  /** Whose bids stand: the first is who opened it. */
  readonly bidders: readonly string[];
  readonly endTime: Date;
}

/** With its row locked: nobody bids meanwhile. */
export async function lockRunning(
  trx: Knex.Transaction,
  auctionId: string,
): Promise<RunningAuction | undefined> {
  const locked = await trx('auctions')
    .where({ auction_id: auctionId })
    .forNoKeyUpdate()
    .first(trx.raw('1'));
  if (!locked) return undefined;
  // A statement of its own: what was committed while the lock was waited for is seen, and the clock read after it.
  const row = await trx('auctions as a')
    .join('stories as s', 's.story_id', 'a.story_id')
    .where('a.auction_id', auctionId)
    .first(
      ...['a.auction_id', 'a.story_id', 's.title', 's.maker_id', 'a.status', 'a.end_time'],
      trx.raw(`a.status = 'active' and a.end_time > clock_timestamp() as is_running`),
      trx.raw(`(select max(seq) from bids b
        where b.auction_id = a.auction_id and not b.is_raise) as public_seq`),
    );
  const bidders: string[] = await trx('bids')
    .where({ auction_id: auctionId })
    .whereNot('status', 'withdrawn')
    .groupBy('bidder_id')
    .orderByRaw('min(seq)')
    .pluck('bidder_id');
  return {
    auctionId: row.auction_id,
    storyId: row.story_id,
    storyTitle: row.title,
    makerId: row.maker_id,
    status: row.status,
    isRunning: row.is_running,
    seq: Number(row.public_seq),
    bidders,
    endTime: row.end_time,
  };
}

export async function saveCancelled(trx: Knex.Transaction, auctionId: string): Promise<void> {
  const now = trx.raw('greatest(clock_timestamp(), last_bid_at)');
  await trx('auctions')
    .where({ auction_id: auctionId, status: 'active' })
    .update({ status: 'cancelled', actual_end_time: now, updated_at: now });
}

/** Soft close counts from the new end. @returns false where that has passed already, by the database's clock */
export async function saveEndTime(
  trx: Knex.Transaction,
  auctionId: string,
  endTime: Date,
): Promise<boolean> {
  const saved = await trx('auctions')
    .where({ auction_id: auctionId, status: 'active' })
    .whereRaw('? > clock_timestamp()', [endTime])
    .update({
      end_time: endTime,
      original_end_time: endTime,
      updated_at: trx.raw('clock_timestamp()'),
    });
  return saved === 1;
}
