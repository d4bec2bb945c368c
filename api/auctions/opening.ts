// How an auction stands once its opening offer is its first bid.

import type { AuctionState, BidRow } from './step.js';

const MINUTE = 60_000_000;

/** Microseconds. */
export const LENGTH = 72 * 60 * MINUTE;
export const SOFT_CLOSE_MINUTES = 15;
export const MOST_EXTENSION_MINUTES = 1_440;
/** Minor units. */
export const INCREMENT = 500;

export interface Opening {
  readonly makerId: string;
  readonly currency: string;
  readonly bidderId: string;
  readonly amount: number;
}

/** @param at microseconds since 1970 by the database's clock */
export function openState(
  { makerId, currency, bidderId, amount }: Opening,
  at: number,
): { readonly state: AuctionState; readonly row: BidRow } {
  const state: AuctionState = {
    ...{ status: 'active', makerId, currency, increment: INCREMENT },
    ...{ startAt: at, endAt: at + LENGTH, originalEndAt: at + LENGTH },
    softClose: SOFT_CLOSE_MINUTES * MINUTE,
    mostExtension: MOST_EXTENSION_MINUTES * MINUTE,
    ...{ price: amount, leaderId: bidderId, leaderMax: amount, seq: 1 },
  };
  const money = { amount, asked: amount, max: amount };
  return {
    state,
    row: { seq: 1, bidderId, ...money, isAuto: false, isRaise: false, leads: true },
  };
}
