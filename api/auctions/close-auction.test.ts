import { expect } from 'chai';

import { LENGTH, letPass, type OpenedAuction, openAuctionBy } from '../../fixtures/auctions.js';
import { writeBid } from '../../fixtures/build-auction.js';
import { followEvents } from '../../fixtures/event-reader.js';
import { makeOffer } from '../../fixtures/offers.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { endOverdue } from './end-auction.js';

describe('closing an auction before its time', () => {
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let eve: TestUser;
  let admin: TestUser;
  let auction: OpenedAuction;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    eve = await app().signUp({ userType: 'viewer', displayName: 'Eve' });
    admin = await app().signUp({ userType: 'admin' });
    auction = await openAuctionBy(app(), alice, bob);
  });

  it('is done by the maker who accepts the bid that is the newest', async () => {
    const { headers } = await app().request.get(`/api/v1${auction.path}`);
    expect(headers.etag).to.equal('"1"');
    const { status, body } = await accept('"1"');
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.data).to.include({ status: 'ended', minimum_next_bid: null });
    expect(body.data.order_id).to.match(/^order_/);
    expect(Date.parse(body.data.actual_end_time)).to.be.below(Date.parse(body.data.end_time));
    const [order] = await app().context.db('orders');
    expect(order).to.include({ buyer_id: bob.userId, amount: '40.00' });
    expect(await refusalOf(accept('"1"'))).to.deep.equal([409, 'AUCTION_ENDED']);
    await letPass(app(), auction.auctionId, LENGTH);
    expect(await endOverdue(app().context)).to.equal(0);
  });

  it('is told to who follows it once it is there, and done once for one Idempotency-Key', async () => {
    const reader = await followEvents(app(), `${auction.path}/events`, {});
    await reader.next();
    const [first, second] = [
      await accept('"1"').set('Idempotency-Key', 'k'),
      await accept('"1"').set('Idempotency-Key', 'k'),
    ];
    expect([first.status, second.status]).to.deep.equal([200, 200]);
    expect(second.body.data).to.deep.equal(first.body.data);
    expect((await reader.next(1_000)).data.status).to.equal('ended');
    await reader.stop();
  });

  it('is refused where another bid has come in since', async () => {
    await bid(2, eve, '60.00');
    const stale = await accept('"1"');
    expect(await refusalOf(Promise.resolve(stale))).to.deep.equal([412, 'STALE_BID']);
    expect(stale.body.error.details[0].seq).to.equal(2);
    expect(await refusalOf(accept('W/"x"'))).to.deep.equal([412, 'STALE_BID']);
    expect(await refusalOf(accept(null))).to.deep.equal([428, 'IF_MATCH_REQUIRED']);
    expect(await refusalOf(accept('"2"', bob))).to.deep.equal([404, 'AUCTION_NOT_FOUND']);
    expect((await accept('2')).status).to.equal(200);
  });

  it('is done once where it is asked for many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => accept('"1"')));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(await app().context.db('orders')).to.have.length(1);
  });

  it('is refused at its end, whether that is written down or not', async () => {
    await letPass(app(), auction.auctionId, LENGTH);
    expect(await refusalOf(accept('"1"'))).to.deep.equal([409, 'AUCTION_ENDED']);
    expect(await refusalOf(cancel(alice))).to.deep.equal([409, 'AUCTION_ENDED']);
    expect(await refusalOf(cancelByAdmin())).to.deep.equal([409, 'AUCTION_ENDED']);
  });

  it('is the maker’s to cancel while nobody else has bid, and the story takes offers again', async () => {
    expect(await refusalOf(cancel(bob))).to.deep.equal([404, 'AUCTION_NOT_FOUND']);
    const { body } = await cancel(alice, { reason: 'It broke' });
    expect(body.data).to.include({ status: 'cancelled' });
    expect(await refusalOf(cancel(alice))).to.deep.equal([409, 'AUCTION_CANCELLED']);
    expect(await app().context.db('orders')).to.deep.equal([]);
    expect((await makeOffer(app(), eve, auction.storyId)).status).to.equal(201);
    expect(await told()).to.deep.equal([bob.userId]);
  });

  it('is an admin’s to cancel, with a reason, whoever has bid', async () => {
    await bid(2, eve, '60.00');
    expect(await refusalOf(cancel(alice))).to.deep.equal([409, 'OTHER_BIDS_STAND']);
    expect(await refusalOf(cancelByAdmin({}))).to.deep.equal([422, 'VALIDATION_ERROR']);
    expect((await cancelByAdmin()).body.data.status).to.equal('cancelled');
    expect(await told()).to.have.members([alice.userId, bob.userId, eve.userId]);
    const [entry] = await app().context.db('audit_entries').where({ action: 'auction.cancel' });
    expect(entry.actor_id).to.equal(admin.userId);
    expect(entry.after).to.deep.include({ reason: 'Counterfeit', void_bids_of: 2 });
  });

  it('lets an admin move its end, forward or back, with a reason', async () => {
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    for (const seconds of [60, 5 * 24 * 3600]) {
      const { status, body } = await moveEnd({ end_time: at(seconds), reason: 'A mistake' });
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(Date.parse(body.data.end_time) - Date.now()).to.be.within(
        (seconds - 10) * 1000,
        seconds * 1000,
      );
      expect(body.data.extended).to.equal(false);
    }
    for (const wrong of [
      { end_time: at(-60), reason: 'x' },
      { end_time: at(60) },
      { reason: 'x' },
    ]) {
      expect(await refusalOf(moveEnd(wrong))).to.deep.equal([422, 'VALIDATION_ERROR']);
    }
    const entries = await app().context.db('audit_entries').where({ action: 'auction.move_end' });
    expect(entries).to.have.length(2);
    expect(entries[0].after.reason).to.equal('A mistake');
  });

  const accept = (seen: string | null, user = alice) => {
    const request = app().request.post(`/api/v1${auction.path}/accept`).set(user.auth);
    return seen === null ? request : request.set('If-Match', seen);
  };
  const cancel = (user: TestUser, body: object = {}) =>
    app().request.post(`/api/v1${auction.path}/cancel`).set(user.auth).send(body);
  const byAdmin = (verb: string, body: object) =>
    app().request.post(`/api/v1/admin${auction.path}/${verb}`).set(admin.auth).send(body);
  const cancelByAdmin = (body: object = { reason: 'Counterfeit' }) => byAdmin('cancel', body);
  const moveEnd = (body: object) => byAdmin('end-time', body);
  const told = () =>
    app().context.db('outbox').where({ kind: 'auction_cancelled' }).pluck('user_id');

  const bid = (seq: number, { userId: bidderId }: TestUser, amount: string) =>
    writeBid(app().context.db, auction.auctionId, { seq, bidderId, amount });
});
