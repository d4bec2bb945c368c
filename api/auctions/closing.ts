// Decides whether an auction may be closed before its time, and when that is. Pure; asked with the row's lock held.

import type { AuctionState } from './step.js';

export type Closing =
  /** By its maker, who saw this bid as the newest one. */
  | { readonly kind: 'accept'; readonly seenSeq: number; readonly newestSeq: number }
  /** By its maker; `bidders` is how many have a bid that stands. */
  | { readonly kind: 'take_back'; readonly bidders: number }
  /** By an admin. */
  | { readonly kind: 'cancel' };

export type ClosingRefusal =
  | 'AUCTION_ENDED'
  | 'AUCTION_CANCELLED'
  | 'STALE_BID'
  | 'OTHER_BIDS_STAND';

export type Closed =
  | { readonly refusal: ClosingRefusal }
  | {
      readonly refusal: null;
      readonly status: 'ended' | 'cancelled';
      /** Microseconds since 1970: never before its last bid. */
      readonly at: number;
    };

/** @param at when the lock was held, never before the last bid */
export function close(
  { status, endAt }: Pick<AuctionState, 'status' | 'endAt'>,
  closing: Closing,
  at: number,
): Closed {
  if (status === 'cancelled') return { refusal: 'AUCTION_CANCELLED' };
  if (status === 'ended' || at >= endAt) return { refusal: 'AUCTION_ENDED' };
  if (closing.kind === 'accept') {
    if (closing.seenSeq !== closing.newestSeq) return { refusal: 'STALE_BID' };
    return { refusal: null, status: 'ended', at };
  }
  if (closing.kind === 'take_back' && closing.bidders > 1) return { refusal: 'OTHER_BIDS_STAND' };
  return { refusal: null, status: 'cancelled', at };
}
