// How an auction would stand had some of its bids never been made: what is left is asked again, in the same order. Pure.

import { minimumNextBid } from './minimum-next-bid.js';
import { type AuctionState, type BidRow, step } from './step.js';

/** Rows that withdrawing a bid takes away, by seq; the auction's own rows are of no account in a replay. */
export interface Withdrawal {
  readonly withdrawn: ReadonlySet<number>;
  /** Null where no bid is left. */
  readonly after: AuctionState | null;
}

type Asked = Omit<BidRow, 'amount' | 'leads'>;

/**
 * With a bid go the raises of its maximum and the bids that the auction made for it. The end stays where it is.
 * @param rows all of the auction, in order; `seq` must be one that its bidder asked for
 */
export function withdraw(
  state: AuctionState,
  rows: readonly (Asked & { readonly isWithdrawn: boolean })[],
  seq: number,
): Withdrawal {
  const target = rows.find((row) => row.seq === seq);
  const own = rows.filter((row) => row.bidderId === target?.bidderId && row.seq > seq);
  const next = own.find((row) => !row.isAuto && !row.isRaise)?.seq ?? Number.POSITIVE_INFINITY;
  const withdrawn = new Set([seq, ...own.filter((row) => row.seq < next).map((row) => row.seq)]);
  const left = rows.filter((row) => !row.isAuto && !row.isWithdrawn && !withdrawn.has(row.seq));
  return { withdrawn, after: replay(state, left) };
}

function replay(before: AuctionState, left: readonly Asked[]): AuctionState | null {
  const [first, ...others] = left;
  if (!first) return null;
  const opened: AuctionState = {
    ...before,
    // All of it was in time once; that is not asked again.
    ...{ status: 'active', startAt: 0, endAt: Number.POSITIVE_INFINITY },
    ...{ price: first.asked, leaderId: first.bidderId, leaderMax: first.max },
  };
  const { price, leaderId, leaderMax } = others.reduce(askAgain, opened);
  return { ...before, price, leaderId, leaderMax };
}

/** A raise that has lost what it raised is a bid of its own; what its maximum does not reach any more falls away. */
function askAgain(state: AuctionState, { bidderId, asked, max }: Asked): AuctionState {
  const amount = Math.min(max, Math.max(asked, minimumNextBid(state.price, state.increment)));
  const decided = step(state, { bidderId, amount, max, currency: state.currency }, 0);
  return decided.refusal ? state : decided.state;
}
