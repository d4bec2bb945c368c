import { expect } from 'chai';
import fc from 'fast-check';

import { close } from './closing.js';
import { openState } from './opening.js';
import { withdraw } from './replay.js';
import { type AuctionState, type BidRow, step } from './step.js';

const [A, B, C] = ['ada', 'bob', 'cleo'];

describe('withdrawing a bid', () => {
  it('lets the price fall back to where it was without a challenger', () => {
    const auction = play([A, 4_000], [A, 4_000, 10_000], [B, 6_000]);
    expect(auction.state).to.include({ price: 6_500, leaderId: A });
    expect(without(auction, 3)).to.include({ price: 4_000, leaderId: A, leaderMax: 10_000 });
  });

  it('lets who was beaten lead again, at what that one stood at', () => {
    const auction = play([A, 4_000], [B, 6_000, 8_000]);
    expect(auction.state).to.include({ price: 6_000, leaderId: B });
    expect(without(auction, 2)).to.include({ price: 4_000, leaderId: A, leaderMax: 4_000 });
  });

  it('asks of a leader no more than was asked for, once the rival’s maximum is gone', () => {
    const auction = play([A, 4_000], [A, 4_000, 10_000], [B, 5_000, 20_000]);
    expect(auction.state).to.include({ price: 10_500, leaderId: B });
    expect(without(auction, 1)).to.include({ price: 5_000, leaderId: B, leaderMax: 20_000 });
  });

  it('takes the raises of its maximum along, and the bids that the auction made for it', () => {
    const auction = play([C, 4_000], [A, 5_000], [A, 5_000, 9_000], [B, 6_000]);
    const { withdrawn, after } = withdraw(auction.state, rowsOf(auction), 2);
    expect([...withdrawn].sort()).to.deep.equal([2, 3, 5]);
    expect(after).to.include({ leaderId: B, price: 6_000 });
  });

  it('lets nothing come back that was withdrawn before', () => {
    const auction = play([A, 4_000], [B, 6_000, 9_000], [C, 20_000]);
    const rows = rowsOf(auction).map((row) => ({ ...row, isWithdrawn: row.bidderId === B }));
    const { after } = withdraw(auction.state, rows, auction.state.seq);
    expect(after).to.include({ leaderId: A, price: 4_000 });
  });

  it('leaves nothing where it is the only bid', () => {
    const auction = play([A, 4_000], [A, 4_000, 9_000]);
    expect(withdraw(auction.state, rowsOf(auction), 1).after).to.equal(null);
  });

  it('never raises the price, and leaves who has the highest maximum leading, of equal ones the earlier', () => {
    const command = fc.record({
      bidder: fc.constantFrom(A, B, C, 'dora', 'eve'),
      over: fc.integer({ min: 0, max: 3_000 }),
      more: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 })),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), fc.nat(), (commands, choice) => {
        let auction = play([A, 4_000]);
        for (const { bidder, over, more } of commands) {
          const amount = auction.state.price + 500 + over;
          auction = bid(auction, bidder, amount, amount + more);
        }
        const asked = auction.rows.filter(({ isAuto, isRaise }) => !isAuto && !isRaise);
        const target = asked[choice % asked.length];
        const { withdrawn, after } = withdraw(auction.state, rowsOf(auction), target?.seq ?? 1);
        const left = auction.rows.filter((row) => !row.isAuto && !withdrawn.has(row.seq));
        if (!after) return left.length === 0;
        const most = Math.max(...left.map(({ max }) => max));
        const leader = left.find(({ max }) => max === most);
        return (
          after.price <= auction.state.price &&
          after.price <= after.leaderMax &&
          after.leaderMax === most &&
          after.leaderId === leader?.bidderId &&
          after.endAt === auction.state.endAt
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('closing before the end', () => {
  const running = { status: 'active', endAt: 100 } as const;

  it('is possible until the end itself, and not at it', () => {
    const accept = { kind: 'accept', seenSeq: 3, newestSeq: 3 } as const;
    expect(close(running, accept, 99)).to.deep.equal({ refusal: null, status: 'ended', at: 99 });
    for (const closing of [
      accept,
      { kind: 'cancel' },
      { kind: 'take_back', bidders: 1 },
    ] as const) {
      expect(close(running, closing, 100)).to.deep.equal({ refusal: 'AUCTION_ENDED' });
      const cancelled = { ...running, status: 'cancelled' } as const;
      expect(close(cancelled, closing, 1)).to.deep.equal({ refusal: 'AUCTION_CANCELLED' });
    }
  });

  it('accepts the newest bid only, and is taken back only where nobody else has bid', () => {
    const stale = { kind: 'accept', seenSeq: 2, newestSeq: 3 } as const;
    expect(close(running, stale, 1)).to.deep.equal({ refusal: 'STALE_BID' });
    const late = { kind: 'take_back', bidders: 2 } as const;
    expect(close(running, late, 1)).to.deep.equal({ refusal: 'OTHER_BIDS_STAND' });
    expect(close(running, { kind: 'take_back', bidders: 1 }, 1)).to.include({
      status: 'cancelled',
    });
    expect(close(running, { kind: 'cancel' }, 1)).to.include({ status: 'cancelled' });
  });
});

interface Played {
  readonly state: AuctionState;
  readonly rows: readonly BidRow[];
}

/** The first opens it; who leads and bids again raises. */
function play(
  [opener, amount]: readonly [string, number],
  ...bids: readonly (readonly [bidder: string, amount: number, max?: number])[]
): Played {
  const opening = { makerId: 'maker', currency: 'USD', bidderId: opener, amount };
  const { state, row } = openState(opening, 0);
  return bids.reduce<Played>(
    (played, [bidder, asked, max = asked]) => bid(played, bidder, asked, max),
    { state, rows: [row] },
  );
}

function bid({ state, rows }: Played, bidderId: string, amount: number, max: number): Played {
  const decided = step(state, { bidderId, amount, max, currency: 'USD' }, 1);
  if (decided.refusal) return { state, rows };
  return { state: decided.state, rows: [...rows, ...decided.rows] };
}

const rowsOf = ({ rows }: Played) => rows.map((row) => ({ ...row, isWithdrawn: false }));

const without = (auction: Played, seq: number) =>
  withdraw(auction.state, rowsOf(auction), seq).after;
