// SQL of what people do to a running auction beside bidding: accepting, cancelling, moving its end, withdrawing a bid.

import type { Knex } from 'knex';

export interface ClosingFacts {
  readonly storyTitle: string;
  /** Of the newest bid that everybody sees. */
  readonly newestSeq: number;
  /** Whose bids stand: the first is who opened it. */
  readonly bidders: readonly string[];
  readonly endTime: Date;
}

/** Called with the auction's row locked: what was committed while that was waited for is seen. */
export async function findClosingFacts(
  trx: Knex.Transaction,
  auctionId: string,
): Promise<ClosingFacts> {
  const row = await trx('auctions as a')
    .join('stories as s', 's.story_id', 'a.story_id')
    .where('a.auction_id', auctionId)
    .first(
      ...['s.title', 'a.end_time'],
      trx.raw(`(select max(seq) from bids b
        where b.auction_id = a.auction_id and not b.is_raise) as newest_seq`),
    );
  const bidders: string[] = await trx('bids')
    .where({ auction_id: auctionId })
    .whereNot('status', 'withdrawn')
    .groupBy('bidder_id')
    .orderByRaw('min(seq)')
    .pluck('bidder_id');
  return { storyTitle: row.title, newestSeq: row.newest_seq, bidders, endTime: row.end_time };
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

export async function saveWithdrawn(
  trx: Knex.Transaction,
  auctionId: string,
  seqs: Iterable<number>,
): Promise<void> {
  await trx('bids')
    .where({ auction_id: auctionId })
    .whereIn('seq', [...seqs])
    .update({ status: 'withdrawn' });
}
