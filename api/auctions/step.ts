// Decides every auction: what a bid makes of its state, and what it writes. Pure; whoever holds the row's lock calls it.

import { minimumNextBid } from './minimum-next-bid.js';

/** Amounts in whole minor units, times in microseconds since 1970 by the database's clock. */
export interface AuctionState {
  readonly status: 'active' | 'ended' | 'cancelled';
  readonly makerId: string;
  readonly currency: string;
  readonly increment: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly originalEndAt: number;
  readonly softClose: number;
  readonly mostExtension: number;
  /** Visible to all. */
  readonly price: number;
  readonly leaderId: string;
  /** The leader's hidden maximum: never leaves the server but to its owner. */
  readonly leaderMax: number;
  /** Of the newest row of bids; they are numbered without a gap. */
  readonly seq: number;
}

export interface BidCommand {
  readonly bidderId: string;
  readonly amount: number;
  /** At least `amount`; the same where none was given. */
  readonly max: number;
  readonly currency: string;
}

/** A row of bids. */
export interface BidRow {
  readonly seq: number;
  readonly bidderId: string;
  readonly amount: number;
  /** What was asked for; of a row that the auction wrote for a maximum, the price that it gave. */
  readonly asked: number;
  readonly max: number;
  readonly isAuto: boolean;
  /** A leader's new maximum: private, and no change of the price. */
  readonly isRaise: boolean;
  /** Whether it leads once the command is done. */
  readonly leads: boolean;
}

export type Refusal =
  | 'AUCTION_ENDED'
  | 'AUCTION_CANCELLED'
  | 'AUCTION_NOT_STARTED'
  | 'OWN_STORY'
  | 'WRONG_CURRENCY'
  | 'MAXIMUM_BELOW_BID'
  | 'MAXIMUM_NOT_HIGHER'
  | 'BID_TOO_LOW';

export type Step =
  | { readonly refusal: Refusal }
  | {
      readonly refusal: null;
      readonly state: AuctionState;
      /** The bidder's own first. */
      readonly rows: readonly [BidRow, ...BidRow[]];
    };

/** @param at when the lock was held, never before the last bid */
export function step(state: AuctionState, command: BidCommand, at: number): Step {
  const refusal = findRefusal(state, command, at);
  if (refusal) return { refusal };
  const { bidderId, max } = command;
  if (bidderId === state.leaderId) return raise(state, command);
  return max > state.leaderMax ? lead(state, command, at) : lose(state, command, at);
}

function findRefusal(state: AuctionState, command: BidCommand, at: number): Refusal | null {
  const { bidderId, amount, max, currency } = command;
  if (state.status === 'cancelled') return 'AUCTION_CANCELLED';
  if (state.status === 'ended' || at >= state.endAt) return 'AUCTION_ENDED';
  if (at < state.startAt) return 'AUCTION_NOT_STARTED';
  if (bidderId === state.makerId) return 'OWN_STORY';
  if (currency !== state.currency) return 'WRONG_CURRENCY';
  if (max < amount) return 'MAXIMUM_BELOW_BID';
  if (bidderId === state.leaderId) return max > state.leaderMax ? null : 'MAXIMUM_NOT_HIGHER';
  return amount < minimumNextBid(state.price, state.increment) ? 'BID_TOO_LOW' : null;
}

/** Nobody outbids themselves: price, leader and end stay. */
function raise(state: AuctionState, { bidderId, amount, max }: BidCommand): Step {
  const seq = state.seq + 1;
  const row = { seq, bidderId, amount: state.price, asked: amount, max };
  return {
    refusal: null,
    state: { ...state, seq, leaderMax: max },
    rows: [{ ...row, isAuto: false, isRaise: true, leads: true }],
  };
}

function lead(state: AuctionState, { bidderId, amount, max }: BidCommand, at: number): Step {
  const seq = state.seq + 1;
  const price = Math.max(amount, Math.min(max, minimumNextBid(state.leaderMax, state.increment)));
  const row = { seq, bidderId, amount: price, asked: amount, max };
  return {
    refusal: null,
    state: { ...state, seq, price, leaderId: bidderId, leaderMax: max, endAt: softEnd(state, at) },
    rows: [{ ...row, isAuto: false, isRaise: false, leads: true }],
  };
}

/** The earlier of two equal maxima leads. */
function lose(state: AuctionState, { bidderId, amount, max }: BidCommand, at: number): Step {
  const { leaderId, leaderMax } = state;
  const price = Math.min(leaderMax, minimumNextBid(max, state.increment));
  const seq = state.seq + 2;
  const own = { seq: seq - 1, bidderId, amount: max, asked: amount, max };
  const auto = { seq, bidderId: leaderId, amount: price, asked: price, max: leaderMax };
  return {
    refusal: null,
    state: { ...state, seq, price, endAt: softEnd(state, at) },
    rows: [
      { ...own, isAuto: false, isRaise: false, leads: false },
      { ...auto, isAuto: true, isRaise: false, leads: true },
    ],
  };
}

/** Never backwards, and never past the most that it may be extended by. */
const softEnd = ({ endAt, originalEndAt, softClose, mostExtension }: AuctionState, at: number) =>
  Math.max(endAt, Math.min(at + softClose, originalEndAt + mostExtension));
