// A chain of hashes over an auction's bids: a row that is changed, left out or slipped in later breaks it.

import { createHash } from 'node:crypto';

import type { BidRow } from './step.js';

/** What the first bid of every auction follows. */
export const NO_HASH = Buffer.alloc(32);

export interface ChainedBid extends Omit<BidRow, 'leads'> {
  readonly bidId: string;
  readonly auctionId: string;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** SHA-256 over the hash before and all of the row that never changes. */
export function hashBid(former: Buffer, bid: ChainedBid): Buffer {
  const { auctionId, bidId, seq, bidderId, amount, asked, max, isAuto, isRaise, at } = bid;
  const text = JSON.stringify([
    ...[auctionId, bidId, seq, bidderId, amount, asked, max, isAuto, isRaise, at],
  ]);
  return createHash('sha256').update(former).update(text).digest();
}

/** @returns the seq of the first row that does not follow from those before it; null where all do */
export function findBreak(
  bids: readonly (ChainedBid & { readonly hash: Buffer })[],
  last: Buffer,
): number | null {
  let former: Buffer = NO_HASH;
  for (const [index, bid] of bids.entries()) {
    const { hash } = bid;
    if (bid.seq !== index + 1 || !hashBid(former, bid).equals(hash)) return index + 1;
    former = hash;
  }
  return former.equals(last) ? null : bids.length + 1;
}
