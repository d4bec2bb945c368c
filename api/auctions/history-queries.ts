// SQL that reads the bids of an auction for people: what everybody may see of them, and what is one's own.

import type { Knex } from 'knex';

import { toMinorUnits } from '../../pipeline/platform/money.js';

export type BidStatus = 'active' | 'outbid' | 'winning' | 'withdrawn';

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

/** Who bids above a place in the order of bids, in the order of their first bid there. */
export const listBiddersAfter = (db: Knex, auctionId: string, after: number): Promise<string[]> =>
  db('bids')
    .where({ auction_id: auctionId })
    .where('seq', '>', after)
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
