import { expect } from 'chai';

import { LENGTH, letPass, type OpenedAuction, openAuctionBy } from '../../fixtures/auctions.js';
import { writeBid } from '../../fixtures/build-auction.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

describe('reading an auction', () => {
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let eve: TestUser;
  let auction: OpenedAuction;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    eve = await app().signUp({ userType: 'viewer', displayName: 'Eve' });
    auction = await openAuctionBy(app(), alice, bob);
  });

  it('tells everybody how it stands by the database’s clock, and nobody who bids', async () => {
    const { status, body, text } = await app().request.get(`/api/v1${auction.path}`);
    expect(status, text).to.equal(200);
    expect(body.data).to.include({
      ...{ auction_id: auction.publicId, story_id: auction.storyId, status: 'active' },
      ...{ current_bid_amount: 40, currency: 'USD', minimum_next_bid: 45, bid_count: 1 },
      ...{ leading_bidder: 'b***1', extended: false, extension_exhausted: false, seq: 1 },
      ...{ soft_close_minutes: 15, minimum_bid_increment: 5, actual_end_time: null },
    });
    expect(body.data).not.to.have.any.keys('you', 'order_id', 'decision');
    expect(text).not.to.include(bob.publicId).and.not.include('maximum"');
    const left = Date.parse(body.data.end_time) - Date.parse(body.data.server_time);
    expect(left).to.be.within((LENGTH - 10) * 1000, LENGTH * 1000);
  });

  it('tells each their own maximum, and nobody that of another', async () => {
    await bid(2, eve, '60.00', '123.45');
    expect((await read(eve)).you).to.deep.equal({
      ...{ is_maker: false, bidder: 'b***2', is_leading: true, maximum: 123.45 },
    });
    expect((await read(bob)).you).to.deep.equal({
      ...{ is_maker: false, bidder: 'b***1', is_leading: false, maximum: 40 },
    });
    expect((await read(alice)).you).to.deep.equal({
      ...{ is_maker: true, bidder: null, is_leading: false, maximum: null },
    });
    for (const user of [alice, bob, await app().signUp({ userType: 'admin' })]) {
      for (const path of [auction.path, `${auction.path}/bids`, '/users/me/auctions?side=maker']) {
        const { text } = await app().request.get(`/api/v1${path}`).set(user.auth);
        expect(text, path).not.to.include('123.45');
      }
    }
  });

  it('pages its history by what comes before, with bidders masked', async () => {
    for (let seq = 2; seq <= 12; seq += 1) await bid(seq, seq % 2 ? bob : eve, `${40 + seq}.00`);
    await bid(13, bob, '51.00', '90.00', true);
    const seqs: number[] = [];
    let cursor = '';
    do {
      const query = `limit=5${cursor && `&cursor=${cursor}`}`;
      const { status, body } = await app()
        .request.get(`/api/v1${auction.path}/bids?${query}`)
        .set(eve.auth);
      expect(status, JSON.stringify(body)).to.equal(200);
      for (const each of body.data.bids) {
        expect(each.bidder).to.equal(each.seq % 2 ? 'b***1' : 'b***2');
        expect(each.is_yours).to.equal(each.seq % 2 === 0);
        expect('max_amount' in each).to.equal(each.is_yours);
        seqs.push(each.seq);
      }
      cursor = body.data.next_cursor ?? '';
      // A bid that comes meanwhile moves nothing.
      if (seqs.length === 5) await bid(14, eve, '60.00');
    } while (cursor);
    expect(seqs).to.deep.equal([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const wrong = await app().request.get(`/api/v1${auction.path}/bids?cursor=0x1`);
    expect(wrong.status).to.equal(422);
  });

  it('lists those in which one bids, and those of what one sells', async () => {
    await bid(2, eve, '60.00');
    const list = async (user: TestUser, query: string) => {
      const { body } = await app().request.get(`/api/v1/users/me/auctions${query}`).set(user.auth);
      return body.data.auctions.map(({ auction_id: id }: { auction_id: string }) => id);
    };
    expect(await list(eve, '')).to.deep.equal([auction.publicId]);
    expect(await list(alice, '')).to.deep.equal([]);
    expect(await list(alice, '?side=maker')).to.deep.equal([auction.publicId]);
    expect(await list(alice, '?side=maker&status=ended')).to.deep.equal([]);
    await letPass(app(), auction.auctionId, LENGTH);
    expect(await list(alice, '?side=maker&status=ended')).to.deep.equal([auction.publicId]);
    expect(await list(eve, '?status=active')).to.deep.equal([]);
  });

  it('shows the order to who is to pay and to the maker alone', async () => {
    await letPass(app(), auction.auctionId, LENGTH);
    expect((await read(bob)).order_id).to.match(/^order_/);
    expect((await read(alice)).order_id).to.match(/^order_/);
    expect(await read(eve)).not.to.have.property('order_id');
  });

  it('says where no bid moves its end any further', async () => {
    const { db } = app().context;
    await db('auctions').update({ end_time: db.raw(`original_end_time + interval '24 hours'`) });
    expect(await read(bob)).to.include({ extended: true, extension_exhausted: true });
  });

  const read = async (user: TestUser) =>
    (await app().request.get(`/api/v1${auction.path}`).set(user.auth)).body.data;

  const bid = (
    seq: number,
    { userId: bidderId }: TestUser,
    amount: string,
    maximum = amount,
    isRaise = false,
  ) => writeBid(app().context.db, auction.auctionId, { seq, bidderId, amount, maximum, isRaise });
});
