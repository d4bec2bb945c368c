// Whether the bids of an auction, or of all, are those that were accepted, unchanged.

import type { Knex } from 'knex';

import { findBreak } from './bid-chain.js';
import { listAuctionsAfter, listChain } from './verify-queries.js';

export interface Verified {
  /** `auction_…` */
  readonly publicId: string;
  readonly bids: number;
  /** The first bid that does not follow from those before it; null where all do. */
  readonly brokenAt: number | null;
}

const PAGE = 500;

/** @param only an auction's id; null for all, oldest first */
export async function* verifyBids(db: Knex, only: string | null): AsyncGenerator<Verified> {
  for await (const auctionId of only ? [only] : all(db)) {
    const { publicId, bids, lastHash } = await listChain(db, auctionId);
    yield { publicId, bids: bids.length, brokenAt: findBreak(bids, lastHash) };
  }
}

async function* all(db: Knex): AsyncGenerator<string> {
  let last: string | null = null;
  for (;;) {
    const ids: string[] = await listAuctionsAfter(db, last, PAGE);
    yield* ids;
    last = ids.at(-1) ?? null;
    if (ids.length < PAGE) return;
  }
}
