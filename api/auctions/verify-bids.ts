// Verifies the chains of auctions: whether their bids are those that were accepted, in that order, unchanged.

import type { Knex } from 'knex';

import { findBreak } from './bid-chain.js';
import { listAuctionsAfter, listChain } from './chain-queries.js';

export interface VerifiedBids {
  /** `auction_…` */
  readonly publicId: string;
  readonly bids: number;
  /** The seq of the first bid that does not follow; null where all do. */
  readonly brokenAt: number | null;
}

/** @throws Error where there is no such auction */
export async function verifyBids(db: Knex, auctionId: string): Promise<VerifiedBids> {
  const { publicId, bids, lastHash } = await listChain(db, auctionId);
  return { publicId, bids: bids.length, brokenAt: findBreak(bids, lastHash) };
}

const PAGE = 500;

export async function* verifyAll(db: Knex): AsyncGenerator<VerifiedBids> {
  let last: string | null = null;
  for (;;) {
    const ids: string[] = await listAuctionsAfter(db, last, PAGE);
    for (const id of ids) yield await verifyBids(db, id);
    last = ids.at(-1) ?? null;
    if (ids.length < PAGE) return;
  }
}
