import { expect } from 'chai';

import { type OpenedAuction, openAuctionBy } from '../../fixtures/auctions.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

describe('POST /auctions/{id}/bids', () => {
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  let auction: OpenedAuction;

  beforeEach(async () => {
    alice = await app().signUp();
    bob = await app().signUp({ userType: 'viewer' });
    carol = await app().signUp({ userType: 'viewer' });
    auction = await openAuctionBy(app(), alice, bob);
  });

  const bid = (user: TestUser, given: object, key?: string) =>
    app()
      .request.post(`/api/v1${auction.path}/bids`)
      .set({ ...user.auth, ...(key && { 'Idempotency-Key': key }) })
      .send({ currency: 'USD', ...given });

  it('answers what the bid is, and what comes next', async () => {
    const { status, body } = await bid(carol, { bid_amount: 45, max_amount: 80 });
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(body.data).to.have.all.keys(
      ...['bid_id', 'auction_id', 'bid_amount', 'currency', 'status', 'is_current_high_bid'],
      ...['created_at', 'minimum_next_bid', 'end_time'],
    );
    expect(body.data).to.include({
      ...{ auction_id: auction.publicId, bid_amount: 45, currency: 'USD', status: 'active' },
      ...{ is_current_high_bid: true, minimum_next_bid: 50 },
    });
  });

  it('tells a beaten bid so, and stands for it at once', async () => {
    await bid(carol, { bid_amount: 45, max_amount: 80 });
    const { body } = await bid(bob, { bid_amount: 60 });
    expect(body.data).to.include({
      ...{ bid_amount: 60, status: 'outbid', is_current_high_bid: false, minimum_next_bid: 70 },
    });
    const { body: history } = await app().request.get(`/api/v1${auction.path}/bids`);
    expect(history.data.bids[0]).to.include({
      bid_amount: 65,
      is_auto_bid: true,
      status: 'active',
    });
  });

  const REFUSALS = [
    ['below the minimum', () => bid(carol, { bid_amount: 44.99 }), 422, 'BID_TOO_LOW'],
    [
      'in another currency',
      () => bid(carol, { bid_amount: 45, currency: 'EUR' }),
      422,
      'WRONG_CURRENCY',
    ],
    ['with a third decimal', () => bid(carol, { bid_amount: 45.001 }), 422, 'TOO_MANY_DECIMALS'],
    [
      'above its maximum',
      () => bid(carol, { bid_amount: 45, max_amount: 44 }),
      ...([422, 'MAXIMUM_BELOW_BID'] as const),
    ],
    ['of the leader, no higher', () => bid(bob, { bid_amount: 40 }), 422, 'MAXIMUM_NOT_HIGHER'],
    ['of the maker', () => bid(alice, { bid_amount: 45 }), 403, 'OWN_STORY'],
  ] as const;
  for (const [what, ask, status, code] of REFUSALS) {
    it(`refuses a bid ${what}: ${code}`, async () => {
      const answer = await ask();
      expect([answer.status, answer.body.error.code]).to.deep.equal([status, code]);
      expect(await app().context.db('bids')).to.have.length(1);
    });
  }

  it('names the least that would do', async () => {
    const { body } = await bid(carol, { bid_amount: 41 });
    expect(body.error.details[0]).to.include({ field: 'bid_amount', minimum: 45 });
  });

  it('refuses who is barred', async () => {
    await app()
      .request.put(`/api/v1/users/me/bars/${carol.publicId}`)
      .set(alice.auth)
      .send({ reason: 'Never paid.' });
    const barred = await bid(carol, { bid_amount: 45 });
    expect([barred.status, barred.body.error.code]).to.deep.equal([403, 'BARRED']);
  });

  it('is late from the end on, says when that was, and knows what was cancelled', async () => {
    const { db } = app().context;
    const row = () => db('auctions').where({ auction_id: auction.auctionId });
    await row().update({ end_time: db.raw('clock_timestamp()') });
    const late = await bid(carol, { bid_amount: 45 });
    expect([late.status, late.body.error.code]).to.deep.equal([409, 'AUCTION_ENDED']);
    expect(late.body.error.details[0]).to.have.all.keys(
      'field',
      'message',
      'ended_at',
      'server_time',
    );
    await row().update({ status: 'cancelled' });
    expect((await bid(carol, { bid_amount: 45 })).body.error.code).to.equal('AUCTION_CANCELLED');
  });

  it('is told to come again, and writes nothing, where the row is not to be had in time', async () => {
    const { db } = app().context;
    await db.transaction(async (trx) => {
      await trx('auctions').where({ auction_id: auction.auctionId }).forUpdate().first();
      const busy = await bid(carol, { bid_amount: 45 }, 'busy');
      expect([busy.status, busy.body.error.code]).to.deep.equal([503, 'AUCTION_BUSY']);
      expect(busy.headers['retry-after']).to.equal('1');
    });
    expect(await db('bids')).to.have.length(1);
    expect((await bid(carol, { bid_amount: 45 }, 'busy')).status).to.equal(201);
  });

  it('does once what is asked twice with one key', async () => {
    const first = await bid(carol, { bid_amount: 45 }, 'one');
    const again = await bid(carol, { bid_amount: 45 }, 'one');
    expect(JSON.stringify(again.body.data)).to.equal(JSON.stringify(first.body.data));
    expect(again.headers).to.have.property('idempotent-replayed', 'true');
    const other = await bid(carol, { bid_amount: 50 }, 'one');
    expect([other.status, other.body.error.code]).to.deep.equal([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await app().context.db('bids')).to.have.length(2);
    await app()
      .request.put(`/api/v1/users/me/bars/${carol.publicId}`)
      .set(alice.auth)
      .send({ reason: 'Never paid.' });
    const barred = await bid(carol, { bid_amount: 45 }, 'one');
    expect(JSON.stringify(barred.body.data)).to.equal(JSON.stringify(first.body.data));
  });

  it('tells nobody but its owner of a maximum', async () => {
    const canary = 4_321.09;
    await bid(carol, { bid_amount: 45, max_amount: canary });
    const seen = [
      await bid(bob, { bid_amount: 41 }),
      await bid(bob, { bid_amount: 60 }),
      await app().request.get(`/api/v1${auction.path}`).set(bob.auth),
      await app().request.get(`/api/v1${auction.path}`).set(alice.auth),
      await app().request.get(`/api/v1${auction.path}/bids`).set(bob.auth),
    ];
    for (const { text } of seen) expect(text).to.not.include(String(canary));
    const own = await app().request.get(`/api/v1${auction.path}`).set(carol.auth);
    expect(own.body.data.you.maximum).to.equal(canary);
  });
});
