import { expect } from 'chai';

import { type Auction, type LiveBid, mergeBids, standingOf, withBid, withTold } from './auction.js';

const auction: Auction = {
  auction_id: 'auction_1',
  story_id: 'story_1',
  story_title: 'A walnut bowl',
  status: 'active',
  current_bid_amount: 40,
  currency: 'USD',
  minimum_next_bid: 41,
  bid_count: 1,
  leading_bidder: 'b***1',
  end_time: '2026-11-26T12:00:00.000Z',
  original_end_time: '2026-11-26T12:00:00.000Z',
  actual_end_time: null,
  soft_close_minutes: 15,
  extended: false,
  extension_exhausted: false,
  seq: 1,
  server_time: '2026-11-23T12:00:00.000Z',
  you: { is_maker: false, bidder: 'b***1', maximum: 40 },
};
const bid: LiveBid = {
  seq: 2,
  bidder: 'b***2',
  bid_amount: 45,
  is_auto_bid: false,
  created_at: '2026-11-23T12:01:00.000Z',
  bid_count: 2,
  minimum_next_bid: 46,
  end_time: '2026-11-26T12:10:00.000Z',
  extended: true,
  extension_exhausted: false,
};
const { you: _own, ...everybodys } = auction;

describe('taking in what is told of an auction', () => {
  it('takes price, leader and end from a bid', () => {
    const after = withBid(auction, bid);
    expect(after).to.include({ current_bid_amount: 45, leading_bidder: 'b***2', extended: true });
    expect(after).to.include({ minimum_next_bid: 46, end_time: bid.end_time, seq: 2 });
  });

  it('takes each bid once, and none that is older', () => {
    const after = withBid(auction, bid);
    expect(withBid(after, bid)).to.equal(after);
    expect(withBid(after, { ...bid, seq: 1, bid_amount: 40 })).to.equal(after);
  });

  it('lets no slow answer take back what came meanwhile, but learns from it what is one’s own', () => {
    const after = withBid({ ...everybodys }, bid);
    const late = withTold(after, auction);
    expect(late).to.include({ current_bid_amount: 45, seq: 2 });
    expect(late.you).to.deep.equal(auction.you);
  });

  it('keeps what is one’s own when everybody is told', () => {
    const told = { ...everybodys, seq: 3, server_time: '2026-11-23T12:02:00.000Z' };
    expect(withTold(auction, told).you).to.deep.equal(auction.you);
  });

  it('takes a moved end though no bid came', () => {
    const moved = { ...auction, end_time: bid.end_time, server_time: '2026-11-23T12:05:00.000Z' };
    expect(withTold(auction, moved).end_time).to.equal(bid.end_time);
  });

  it('never goes back from its end', () => {
    const ended = { ...auction, status: 'ended' as const };
    const told = { ...auction, server_time: '2026-11-23T12:05:00.000Z' };
    expect(withTold(ended, told).status).to.equal('ended');
  });
});

describe('keeping the bids', () => {
  it('has each once, the newest first', () => {
    const merged = mergeBids([bid], [{ ...bid, seq: 4 }, { ...bid, seq: 3 }, bid]);
    expect(merged.map(({ seq }) => seq)).to.deep.equal([4, 3, 2]);
  });

  it('believes what was looked up rather than what was told live', () => {
    const [first] = mergeBids([bid], [{ ...bid, status: 'withdrawn' }]);
    expect(first?.status).to.equal('withdrawn');
    const [kept] = mergeBids([{ ...bid, status: 'withdrawn' }], [bid]);
    expect(kept?.status).to.equal('withdrawn');
  });
});

describe('saying how somebody stands', () => {
  it('goes by the mask, also after a bid of another', () => {
    expect(standingOf(auction)).to.equal('leads');
    expect(standingOf(withBid(auction, bid))).to.equal('outbid');
  });

  it('is nothing without a bid, signed out, and in what was cancelled', () => {
    expect(standingOf(everybodys)).to.equal('none');
    expect(
      standingOf({ ...auction, you: { is_maker: false, bidder: null, maximum: null } }),
    ).to.equal('none');
    expect(standingOf({ ...auction, status: 'cancelled' })).to.equal('none');
  });

  it('is won or lost after the end', () => {
    expect(standingOf({ ...auction, status: 'ended' })).to.equal('won');
    expect(standingOf({ ...withBid(auction, bid), status: 'ended' })).to.equal('lost');
  });
});
