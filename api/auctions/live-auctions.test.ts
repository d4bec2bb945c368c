import { expect } from 'chai';

import { LENGTH, letPass, type OpenedAuction, openAuctionBy } from '../../fixtures/auctions.js';
import { writeBid } from '../../fixtures/build-auction.js';
import { followEvents } from '../../fixtures/event-reader.js';
import { openTestApp, type TestUser, useApp } from '../../fixtures/test-app.js';
import { until } from '../../fixtures/until.js';

describe('following an auction', function () {
  this.timeout(10_000);
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

  it('begins with how it stands, for everybody, and goes on with each bid', async () => {
    const reader = await follow({});
    const first = await reader.next();
    expect([first.name, first.id]).to.deep.equal(['snapshot', '1']);
    expect(first.data).to.include({
      ...{ auction_id: auction.publicId, status: 'active', current_bid_amount: 40, bid_count: 1 },
      ...{ leading_bidder: 'b***1', minimum_next_bid: 45, extended: false },
    });
    await bid(2, eve, '60.00');
    const next = await reader.next(1_000);
    expect([next.name, next.id]).to.deep.equal(['bid', '2']);
    expect(next.data).to.include({
      ...{ seq: 2, bid_amount: 60, bidder: 'b***2', bid_count: 2, minimum_next_bid: 65 },
    });
    expect(JSON.stringify(reader.told)).not.to.include(eve.publicId);
    await reader.stop();
  });

  it('tells who comes back of what it missed, from the rows', async () => {
    for (const seq of [2, 3, 4]) await bid(seq, seq % 2 ? bob : eve, `${50 + seq}.00`);
    const reader = await follow({ 'Last-Event-ID': '2' });
    const told = [await reader.next(), await reader.next(), await reader.next()];
    expect(told.map(({ name, id }) => `${name} ${id}`)).to.deep.equal([
      ...['bid 3', 'bid 4', 'snapshot 4'],
    ]);
    expect(told.map(({ data }) => data.bid_count)).to.deep.equal([3, 4, 4]);
    await reader.stop();
    const lost = await follow({ 'Last-Event-ID': 'nonsense' });
    expect((await lost.next()).name).to.equal('snapshot');
    await lost.stop();
  });

  it('tells of the end at its instant, by whichever process', async () => {
    await letPass(app(), auction.auctionId, LENGTH - 1);
    const reader = await follow({});
    expect((await reader.next()).data.status).to.equal('active');
    const ended = await reader.next(2_500);
    expect([ended.name, ended.data.status]).to.deep.equal(['auction', 'ended']);
    expect(ended.data.actual_end_time).to.equal(ended.data.end_time);
    await reader.stop();
  });

  it('crosses processes, and heals where a notice is lost', async () => {
    const { config } = app().context;
    const env = { DATABASE_URL: config.database.url ?? '', DATA_DIR: config.dataDir };
    const other = await openTestApp({ env });
    try {
      const reader = await followEvents(other, `${auction.path}/events`, {});
      await reader.next();
      await bid(2, eve, '60.00');
      expect((await reader.next(1_000)).id).to.equal('2');
      await bid(3, bob, '70.00', { silently: true });
      expect((await reader.next(8_000)).id).to.equal('3');
      await reader.stop();
    } finally {
      await other.close();
    }
  });

  it('tells two hundred readers the same, in order and without a gap', async () => {
    const readers = await Promise.all(Array.from({ length: 200 }, () => follow({})));
    for (let seq = 2; seq <= 21; seq += 1) {
      await bid(seq, seq % 2 ? bob : eve, `${40 + seq}.00`);
      // Some come in the midst of it.
      if (seq % 5 === 0) readers.push(await follow({ 'Last-Event-ID': '1' }));
    }
    for (const reader of readers) {
      await until(() => reader.told.at(-1)?.id === '21');
      const ids = reader.told.filter(({ name }) => name === 'bid').map(({ id }) => Number(id));
      expect(ids).to.deep.equal(Array.from({ length: 20 }, (_, at) => at + 2));
    }
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('is not for who may not know of it', async () => {
    await app().context.db('stories').update({ taken_down_at: new Date() });
    for (const [user, status] of [
      [alice, 200],
      [bob, 200],
      [eve, 404],
    ] as const) {
      const reader = await follow(user.auth);
      expect(reader.status).to.equal(status);
      await reader.stop();
    }
    expect((await follow({})).status).to.equal(404);
  });

  const follow = (headers: Record<string, string>) =>
    followEvents(app(), `${auction.path}/events`, headers);

  async function bid(
    seq: number,
    { userId: bidderId }: TestUser,
    amount: string,
    { silently = false } = {},
  ) {
    const { db, auctionEvents } = app().context;
    await writeBid(db, auction.auctionId, { seq, bidderId, amount });
    if (!silently) auctionEvents.publish(auction.auctionId);
  }
});
