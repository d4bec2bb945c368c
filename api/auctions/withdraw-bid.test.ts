import { expect } from 'chai';

import { type OpenedAuction, openAuctionBy } from '../../fixtures/auctions.js';
import { followEvents } from '../../fixtures/event-reader.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { findBreak } from './bid-chain.js';
import { listChain } from './chain-queries.js';

describe('withdrawing a bid of a running auction', () => {
  const app = useApp();
  let admin: TestUser;
  let bob: TestUser;
  let eve: TestUser;
  let auction: OpenedAuction;
  beforeEach(async () => {
    const alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    eve = await app().signUp({ userType: 'viewer', displayName: 'Eve' });
    admin = await app().signUp({ userType: 'admin' });
    auction = await openAuctionBy(app(), alice, bob);
  });

  it('lets the price fall back, told to everybody and chained to the bids before', async () => {
    const reader = await followEvents(app(), `${auction.path}/events`, {});
    await reader.next();
    const bidId = await bid(eve, 60, 90);
    await reader.next();
    const { status, body } = await withdraw(bidId);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.data).to.include({
      ...{ current_bid_amount: 40, leading_bidder: 'b***1', minimum_next_bid: 45, bid_count: 2 },
    });
    const fall = [await reader.next(), await reader.next()];
    expect(fall.map(({ name }) => name)).to.deep.equal(['bid', 'auction']);
    expect(fall[1]?.data).to.include({ current_bid_amount: 40, leading_bidder: 'b***1' });
    await reader.stop();
    const [kept] = await app().context.db('bids').where({ bidder_id: eve.userId });
    expect(kept).to.include({ status: 'withdrawn', bid_amount: '60.00' });
    expect(await findBreakOfChain()).to.equal(null);
    const kinds = await app().context.db('outbox').where({ user_id: eve.userId }).pluck('kind');
    expect(kinds).to.include('bid_withdrawn');
    expect((await read(eve)).you.maximum).to.equal(null);
    await bid(eve, 45);
    expect((await read(eve)).you.is_leading).to.equal(true);
  });

  it('asks a reason, and refuses what cannot be taken out', async () => {
    const [{ bid_id: first }] = (await history()).body.data.bids;
    expect(await refusalOf(withdraw(first, {}))).to.deep.equal([422, 'VALIDATION_ERROR']);
    expect(await refusalOf(withdraw(first))).to.deep.equal([409, 'BID_NOT_WITHDRAWABLE']);
    await bid(bob, 40, 100);
    const bidId = await bid(eve, 60);
    const auto = (await history()).body.data.bids[0];
    expect(auto.is_auto_bid).to.equal(true);
    expect(await refusalOf(withdraw(auto.bid_id))).to.deep.equal([409, 'BID_NOT_WITHDRAWABLE']);
    const other = await openAuctionBy(app(), await app().signUp(), bob);
    const elsewhere = withdraw(bidId, { reason: 'x' }, other.path);
    expect(await refusalOf(elsewhere)).to.deep.equal([404, 'BID_NOT_FOUND']);
    expect((await withdraw(bidId)).body.data.current_bid_amount).to.equal(40);
    expect(await refusalOf(withdraw(bidId))).to.deep.equal([409, 'BID_NOT_WITHDRAWABLE']);
  });

  async function findBreakOfChain() {
    const { bids, lastHash } = await listChain(app().context.db, auction.auctionId);
    return findBreak(bids, lastHash);
  }

  const history = () => app().request.get(`/api/v1${auction.path}/bids`);
  const read = async (user: TestUser) =>
    (await app().request.get(`/api/v1${auction.path}`).set(user.auth)).body.data;
  const withdraw = (bidId: string, body: object = { reason: 'Stolen card' }, path = auction.path) =>
    app().request.post(`/api/v1/admin${path}/bids/${bidId}/withdraw`).set(admin.auth).send(body);

  async function bid(user: TestUser, amount: number, maximum = amount): Promise<string> {
    const { status, body } = await app()
      .request.post(`/api/v1${auction.path}/bids`)
      .set(user.auth)
      .send({ bid_amount: amount, max_amount: maximum, currency: 'USD' });
    expect(status, JSON.stringify(body)).to.equal(201);
    return body.data.bid_id;
  }
});
