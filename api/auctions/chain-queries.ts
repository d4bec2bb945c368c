// SQL that reads all bids of an auction as they are chained, raises too: for who verifies them, and who replays them.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { toMinorUnits } from '../../pipeline/platform/money.js';
import type { ChainedBid } from './bid-chain.js';

export interface StoredBid extends ChainedBid {
  readonly hash: Buffer;
  readonly status: string;
}

export interface StoredChain {
  /** `auction_…` */
  readonly publicId: string;
  /** In their order. */
  readonly bids: readonly StoredBid[];
  /** What the auction's row says the last bid's hash is. */
  readonly lastHash: Buffer;
}

/** Both as of one moment. @throws Error where there is no such auction */
export async function listChain(db: Knex, auctionId: string): Promise<StoredChain> {
  const { rows } = await db.raw(
    `select a.last_hash, b.*, (extract(epoch from b.created_at) * 1000000)::bigint as at
     from auctions a join bids b on b.auction_id = a.auction_id
     where a.auction_id = ? order by b.seq`,
    [auctionId],
  );
  const [first] = rows as ChainRow[];
  if (!first) throw new Error(`no bids of auction ${auctionId}`);
  return {
    publicId: toPublicId('auction', auctionId),
    bids: (rows as ChainRow[]).map(toStored),
    lastHash: first.last_hash,
  };
}

/** Oldest first, a page at a time. */
export const listAuctionsAfter = (
  db: Knex,
  after: string | null,
  limit: number,
): Promise<string[]> => {
  const query = db('auctions').orderBy('auction_id').limit(limit);
  if (after !== null) query.where('auction_id', '>', after);
  return query.pluck('auction_id');
};

interface ChainRow {
  last_hash: Buffer;
  bid_id: string;
  auction_id: string;
  bidder_id: string;
  seq: number;
  bid_amount: string;
  asked_amount: string;
  max_amount: string;
  is_auto_bid: boolean;
  is_raise: boolean;
  status: string;
  hash: Buffer;
  at: string;
}

const toStored = (row: ChainRow): StoredBid => ({
  bidId: row.bid_id,
  auctionId: row.auction_id,
  bidderId: row.bidder_id,
  seq: row.seq,
  amount: toMinorUnits(row.bid_amount),
  asked: toMinorUnits(row.asked_amount),
  max: toMinorUnits(row.max_amount),
  isAuto: row.is_auto_bid,
  isRaise: row.is_raise,
  at: Number(row.at),
  hash: row.hash,
  status: row.status,
});
