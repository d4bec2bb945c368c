import { expect } from 'chai';
import fc from 'fast-check';

import { minimumNextBid } from './minimum-next-bid.js';
import { openState } from './opening.js';
import { type AuctionState, type BidCommand, type Step, step } from './step.js';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const OPENED = 1_800_000_000_000_000;

const opened = (amount = 4_000): AuctionState =>
  openState({ makerId: 'maker', currency: 'USD', bidderId: 'ann', amount }, OPENED).state;

const bid = (bidderId: string, amount: number, max = amount): BidCommand => ({
  ...{ bidderId, amount, max, currency: 'USD' },
});

/** Bids in turn; each must be accepted. */
function bidding(state: AuctionState, ...commands: readonly BidCommand[]): AuctionState {
  return commands.reduce(
    (now, command) => accepted(step(now, command, OPENED + MINUTE)).state,
    state,
  );
}

function accepted(decided: Step): Extract<Step, { refusal: null }> {
  if (decided.refusal) throw new Error(`refused: ${decided.refusal}`);
  return decided;
}

const refusalOf = (state: AuctionState, command: BidCommand, at = OPENED + MINUTE) =>
  step(state, command, at).refusal;

describe('a bid', () => {
  it('leads at what it names where nobody’s maximum answers it', () => {
    const state = bidding(opened(), bid('bea', 5_000));
    expect(state).to.include({ price: 5_000, leaderId: 'bea', leaderMax: 5_000, seq: 2 });
  });

  it('leads one increment above the maximum that it beats, up to its own', () => {
    const proxied = bidding(opened(), bid('bea', 4_500, 10_000));
    expect(bidding(proxied, bid('cyd', 5_000, 20_000)).price).to.equal(10_500);
    expect(bidding(proxied, bid('cyd', 5_000, 10_200)).price).to.equal(10_200);
  });

  it('that is beaten by a hidden maximum stands at its own, and the leader one increment above', () => {
    const proxied = bidding(opened(), bid('bea', 4_500, 10_000));
    const { state, rows } = accepted(step(proxied, bid('cyd', 6_000), OPENED + MINUTE));
    expect(state).to.include({ price: 6_500, leaderId: 'bea', seq: 4 });
    expect(rows).to.deep.equal([
      {
        ...{ seq: 3, bidderId: 'cyd', amount: 6_000, asked: 6_000, max: 6_000 },
        ...{ isAuto: false, isRaise: false, leads: false },
      },
      {
        ...{ seq: 4, bidderId: 'bea', amount: 6_500, asked: 6_500, max: 10_000 },
        ...{ isAuto: true, isRaise: false, leads: true },
      },
    ]);
  });

  it('of an equal maximum does not lead: the earlier one does', () => {
    const proxied = bidding(opened(), bid('bea', 4_500, 10_000));
    expect(bidding(proxied, bid('cyd', 10_000))).to.include({ leaderId: 'bea', price: 10_000 });
  });

  it('of the leader raises the maximum, and neither price nor end', () => {
    const state = opened();
    const raised = bidding(state, bid('ann', 4_000, 9_000));
    expect(raised).to.deep.equal({ ...state, leaderMax: 9_000, seq: 2 });
    expect(refusalOf(raised, bid('ann', 9_000))).to.equal('MAXIMUM_NOT_HIGHER');
  });

  it('asks for five, or for a hundredth of the price, rounded up to a cent', () => {
    expect(refusalOf(opened(4_000), bid('bea', 4_499))).to.equal('BID_TOO_LOW');
    expect(refusalOf(opened(4_000), bid('bea', 4_500))).to.equal(null);
    expect(refusalOf(opened(100_001), bid('bea', 101_001))).to.equal('BID_TOO_LOW');
    expect(refusalOf(opened(100_001), bid('bea', 101_002))).to.equal(null);
  });

  it('is refused to the maker, in another currency, and with a maximum below it', () => {
    expect(refusalOf(opened(), bid('maker', 9_000))).to.equal('OWN_STORY');
    expect(refusalOf(opened(), { ...bid('bea', 9_000), currency: 'EUR' })).to.equal(
      'WRONG_CURRENCY',
    );
    expect(refusalOf(opened(), bid('bea', 9_000, 8_999))).to.equal('MAXIMUM_BELOW_BID');
  });

  it('is late from the instant of the end on, and nothing before the start', () => {
    const state = opened();
    expect(refusalOf(state, bid('bea', 9_000), state.endAt)).to.equal('AUCTION_ENDED');
    expect(refusalOf(state, bid('bea', 9_000), state.endAt - 1)).to.equal(null);
    expect(refusalOf(state, bid('bea', 9_000), OPENED - 1)).to.equal('AUCTION_NOT_STARTED');
    expect(refusalOf({ ...state, status: 'ended' }, bid('bea', 9_000))).to.equal('AUCTION_ENDED');
    expect(refusalOf({ ...state, status: 'cancelled' }, bid('bea', 9_000))).to.equal(
      'AUCTION_CANCELLED',
    );
  });

  it('in the last quarter of an hour moves the end to a quarter of an hour after it', () => {
    const state = opened();
    const at = state.endAt - 5 * MINUTE;
    expect(accepted(step(state, bid('bea', 9_000), at)).state.endAt).to.equal(at + 15 * MINUTE);
    const early = state.endAt - 16 * MINUTE;
    expect(accepted(step(state, bid('bea', 9_000), early)).state.endAt).to.equal(state.endAt);
  });

  it('never moves the end past a day after the original one', () => {
    const state = { ...opened(), endAt: opened().originalEndAt + 24 * HOUR };
    const { endAt } = accepted(step(state, bid('bea', 9_000), state.endAt - MINUTE)).state;
    expect(endAt).to.equal(state.endAt);
  });
});

describe('an auction, whatever is bid', () => {
  const people = ['maker', 'ann', 'bea', 'cyd', 'dan'];
  const command = fc.record({
    bidder: fc.constantFrom(...people),
    over: fc.integer({ min: -600, max: 5_000 }),
    room: fc.oneof(fc.constant(0), fc.integer({ min: -100, max: 20_000 })),
    wait: fc.oneof(
      fc.integer({ min: 0, max: 30 * MINUTE }),
      fc.integer({ min: 0, max: 20 * HOUR }),
    ),
    currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
  });

  it('keeps its rules', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        let [state, at] = [opened(), OPENED];
        /** Each bidder's highest maximum, and when it was named. */
        const maxima = new Map([['ann', { max: 4_000, seq: 1 }]]);
        for (const { bidder, over, room, wait, currency } of commands) {
          at += wait;
          const amount = Math.max(1, minimumNextBid(state.price, state.increment) + over);
          const asked = { bidderId: bidder, amount, max: amount + room, currency };
          const decided = step(state, asked, at);
          if (decided.refusal) continue;
          const { state: next, rows } = decided;
          expect(bidder).to.not.equal('maker');
          expect(at).to.be.within(state.startAt, state.endAt - 1);
          expect(rows.map(({ seq }) => seq)).to.deep.equal(
            rows.map((_, index) => state.seq + 1 + index),
          );
          expect(next.price).to.be.within(state.price, next.leaderMax);
          expect(next.endAt).to.be.within(state.endAt, state.originalEndAt + 24 * HOUR);
          if (bidder === state.leaderId) {
            expect(next).to.include({ price: state.price, endAt: state.endAt, leaderId: bidder });
          } else expect(amount).to.be.at.least(minimumNextBid(state.price, state.increment));
          const [own] = rows;
          if ((maxima.get(bidder)?.max ?? 0) < own.max) {
            maxima.set(bidder, { max: own.max, seq: own.seq });
          }
          const ranked = [...maxima].sort(([, a], [, b]) => b.max - a.max || a.seq - b.seq);
          expect(next.leaderId).to.equal(ranked[0]?.[0]);
          expect(next.leaderMax).to.equal(ranked[0]?.[1].max);
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
