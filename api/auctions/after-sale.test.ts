import { expect } from 'chai';

import {
  HOUR,
  LENGTH,
  letPass,
  type OpenedAuction,
  openAuctionBy,
} from '../../fixtures/auctions.js';
import { writeBid } from '../../fixtures/build-auction.js';
import { makeOffer } from '../../fixtures/offers.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { expireOrders } from '../orders/expire-orders.js';
import { moveOrder } from '../orders/move-order.js';
import { prepareReminder } from '../orders/prepare-reminder.js';
import { relistUndecided } from './after-sale.js';
import { endOverdue } from './end-auction.js';

describe('a sale that was not paid', function () {
  this.timeout(60_000);
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
    await outbid();
    await letPass(app(), auction.auctionId, LENGTH);
    await endOverdue(app().context);
  });

  it('is left to its maker for 24 h, with the next bidder’s standing price', async () => {
    await expire();
    const [order] = await app().context.db('orders');
    expect(order).to.include({ status: 'expired', buyer_id: eve.userId, amount: '60.00' });
    const { decision } = await read(alice);
    expect(decision.next_bid_amount).to.equal(40);
    const left = Date.parse(decision.decide_by) - Date.now();
    expect(left).to.be.within(23.9 * HOUR * 1000, 24 * HOUR * 1000);
    expect(await read(bob)).not.to.have.property('decision');
    const kinds = await app().context.db('outbox').pluck('kind');
    expect(kinds).to.include.members(['order_unpaid', 'order_lapsed']);
  });

  it('goes to the next bidder for what that one stood at, where the maker says so', async () => {
    await expire();
    expect(await refusalOf(act('second-chance', bob))).to.deep.equal([404, 'AUCTION_NOT_FOUND']);
    const both = await Promise.all([act('second-chance'), act('second-chance')]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
    const [order] = await app().context.db('orders').where({ status: 'awaiting_payment' });
    expect(order).to.include({ buyer_id: bob.userId, amount: '40.00', second_chance: true });
    const mine = await app().request.get('/api/v1/users/me/orders').set(bob.auth);
    expect(mine.body.data.orders[0]).to.include({ amount: 40, second_chance: true });
    expect(await refusalOf(act('relist'))).to.deep.equal([409, 'NOTHING_TO_DECIDE']);
    await expire();
    expect(await refusalOf(act('second-chance'))).to.deep.equal([409, 'NO_NEXT_BIDDER']);
    expect((await read(alice)).decision.next_bid_amount).to.equal(null);
  });

  it('is relisted by its maker, who takes offers again and nothing else', async () => {
    expect(await refusalOf(act('relist'))).to.deep.equal([409, 'NOTHING_TO_DECIDE']);
    await expire();
    expect(await refusalOf(offer())).to.deep.equal([409, 'STORY_SOLD']);
    expect(await refusalOf(act('relist', bob))).to.deep.equal([404, 'AUCTION_NOT_FOUND']);
    expect((await act('relist')).status).to.equal(204);
    expect(await refusalOf(act('relist'))).to.deep.equal([409, 'NOTHING_TO_DECIDE']);
    expect((await offer()).status).to.equal(201);
  });

  it('is relisted by silence', async () => {
    await expire();
    expect(await relistUndecided(app().context)).to.equal(0);
    await letPass(app(), auction.auctionId, 24 * HOUR);
    expect(await refusalOf(act('second-chance'))).to.deep.equal([409, 'NOTHING_TO_DECIDE']);
    const swept = await Promise.all([1, 2, 3].map(() => relistUndecided(app().context)));
    expect(swept.reduce((sum, some) => sum + some, 0)).to.equal(1);
    expect((await offer()).status).to.equal(201);
  });

  it('is not expired once it is paid, and is not reminded of', async () => {
    const { db } = app().context;
    const [{ order_id: orderId }] = await db('orders');
    const reminder = {
      ...{ messageId: orderId, attempt: 1, userId: eve.userId, channel: 'mail' as const },
      ...{ kind: 'payment_reminder' as const, recipient: 'x', facts: { order_id: orderId } },
    };
    expect(await prepareReminder({ db })(reminder)).to.equal(reminder);
    await db.transaction((trx) => moveOrder(trx, CLERK, { orderId, to: 'paid' }));
    expect(await prepareReminder({ db })(reminder)).to.equal(null);
    await letPass(app(), auction.auctionId, 25 * HOUR);
    expect(await expireOrders(app().context)).to.equal(0);
    expect(await refusalOf(offer())).to.deep.equal([409, 'STORY_SOLD']);
  });

  it('is expired once, however many sweeps find it', async () => {
    await letPass(app(), auction.auctionId, 24 * HOUR);
    const swept = await Promise.all([1, 2, 3, 4].map(() => expireOrders(app().context)));
    expect(swept.reduce((sum, some) => sum + some, 0)).to.equal(1);
  });

  for (const to of ['cancelled', 'refunded'] as const) {
    it(`frees the story at once where its order is ${to}`, async () => {
      const { db } = app().context;
      const [{ order_id: orderId }] = await db('orders');
      const move = (next: 'paid' | typeof to) =>
        db.transaction((trx) => moveOrder(trx, CLERK, { orderId, to: next }));
      await move('paid');
      expect(await refusalOf(offer())).to.deep.equal([409, 'STORY_SOLD']);
      await move(to);
      expect((await offer()).status).to.equal(201);
    });
  }

  it('has at most one live order, whatever is written', async () => {
    const { db } = app().context;
    const [order] = await db('orders');
    const another = db('orders').insert({ ...order, order_id: auction.auctionId });
    await another.then(
      () => expect.fail('two live orders'),
      (err) => expect(err.code).to.equal('23505'),
    );
  });

  const CLERK = { userId: null, origin: 'test' };
  const act = (verb: string, user = alice) =>
    app().request.post(`/api/v1${auction.path}/${verb}`).set(user.auth);
  const read = async (user: TestUser) =>
    (await app().request.get(`/api/v1${auction.path}`).set(user.auth)).body.data;
  const offer = async () => makeOffer(app(), await app().signUp(), auction.storyId);

  async function expire() {
    await letPass(app(), auction.auctionId, 24 * HOUR);
    expect(await expireOrders(app().context)).to.equal(1);
  }

  /** Eve leads with 60.00; Bob's 40.00 stands. */
  const outbid = () =>
    writeBid(app().context.db, auction.auctionId, {
      ...{ seq: 2, bidderId: eve.userId, amount: '60.00' },
    });
});
