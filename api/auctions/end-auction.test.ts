import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import {
  HOUR,
  LENGTH,
  letPass,
  type OpenedAuction,
  openAuctionBy,
} from '../../fixtures/auctions.js';
import { makeOffer } from '../../fixtures/offers.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { rejection } from '../../fixtures/rejection.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { endIfOverdue, endOverdue } from './end-auction.js';

describe('ending an auction', function () {
  this.timeout(60_000);
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let auction: OpenedAuction;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    auction = await openAuctionBy(app(), alice, bob);
  });

  it('waits for its time', async () => {
    await letPass(app(), auction.auctionId, LENGTH - 60);
    expect(await endOverdue(app().context)).to.equal(0);
    expect((await read()).status).to.equal('active');
  });

  it('is told by any read from its instant on, and written down by it', async () => {
    await letPass(app(), auction.auctionId, LENGTH);
    const view = await read();
    expect(view).to.include({ status: 'ended', minimum_next_bid: null });
    expect(view.actual_end_time).to.equal(view.end_time);
    expect((await row()).status).to.equal('ended');
    expect(await app().context.db('orders')).to.have.length(1);
  });

  it('happens once, with one order and one audit row, however many find it due', async () => {
    await letPass(app(), auction.auctionId, LENGTH + 1);
    const ended = await Promise.all([
      ...Array.from({ length: 8 }, () => endOverdue(app().context)),
      ...Array.from({ length: 8 }, () => endIfOverdue(app().context, auction.auctionId)),
      ...Array.from({ length: 4 }, () => read()),
    ]);
    expect(ended.slice(0, 16).filter((each) => each === 1 || each === true).length).to.be.at.most(
      1,
    );
    const { db } = app().context;
    expect(await db('orders')).to.have.length(1);
    expect(await db('audit_entries').where({ action: 'auction.end' })).to.have.length(1);
    expect(await db('outbox').where({ kind: 'auction_won' })).to.have.length(1);
  });

  it('is found after an outage of an hour, at its own end and with all its time to pay', async () => {
    await letPass(app(), auction.auctionId, LENGTH + HOUR);
    expect(await endOverdue(app().context)).to.equal(1);
    const { actual_end_time: actual, end_time: end } = await row();
    expect(actual.getTime()).to.equal(end.getTime());
    expect(Date.now() - actual.getTime()).to.be.within(HOUR * 1000, (HOUR + 60) * 1000);
    const [order] = await app().context.db('orders');
    expect(order).to.include({ status: 'awaiting_payment', buyer_id: bob.userId, amount: '40.00' });
    expect(order.pay_by.getTime() - Date.now()).to.be.within(23.9 * HOUR * 1000, 24 * HOUR * 1000);
    const [bid] = await app().context.db('bids');
    expect(bid.status).to.equal('winning');
    const lag = /^auction_close_lag_seconds_bucket\{le="3600"\} (\d)/m;
    const late = /^auction_close_lag_seconds_bucket\{le="\+Inf"\} (\d)/m;
    const page = await app().context.metrics.read();
    expect(Number(late.exec(page)?.[1]) - Number(lag.exec(page)?.[1])).to.equal(1);
  });

  it('ends three hundred that are due at once within five seconds', async () => {
    await copyAuction(300);
    const began = performance.now();
    expect(await endOverdue(app().context)).to.equal(300);
    expect(performance.now() - began).to.be.below(5_000);
    expect(await app().context.db('orders')).to.have.length(300);
  });

  it('reminds of the payment 12 and 2 hours before it is due', async () => {
    await letPass(app(), auction.auctionId, LENGTH);
    await endOverdue(app().context);
    const { db } = app().context;
    const [{ pay_by: payBy }] = await db('orders');
    const due = await db('outbox').where({ kind: 'payment_reminder' }).orderBy('due_at');
    expect(due.map(({ due_at }) => payBy.getTime() - due_at.getTime())).to.deep.equal([
      12 * HOUR * 1000,
      2 * HOUR * 1000,
    ]);
  });

  it('leaves nothing half where the connection dies between its statements', async () => {
    await letPass(app(), auction.auctionId, LENGTH + 1);
    const { db } = app().context;
    // The order cannot be written until this lock is gone: the ending hangs between its statements.
    const gate = await db.transaction();
    await gate.raw('lock table orders in access exclusive mode');
    const ending = rejection(endIfOverdue(app().context, auction.auctionId));
    const held = async () =>
      (
        await db.raw(`select pid from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock'`)
      ).rows as { pid: number }[];
    while ((await held()).length === 0) await sleep(10);
    await db.raw('select pg_terminate_backend(?)', [(await held())[0]?.pid ?? 0]);
    expect(await ending).to.be.instanceOf(Error);
    await gate.rollback();
    expect((await row()).status).to.equal('active');
    expect(await db('orders')).to.deep.equal([]);
    expect(await db('outbox').where({ kind: 'auction_won' })).to.deep.equal([]);
    expect(await db('audit_entries').where({ action: 'auction.end' })).to.deep.equal([]);
    expect(await endOverdue(app().context)).to.equal(1);
  });

  it('sells the story: it takes no offers, and says so', async () => {
    const story = () => app().request.get(`/api/v1/stories/${auction.storyId}`);
    expect((await story()).body.data.sale).to.deep.equal({
      state: 'auction',
      auction_id: auction.publicId,
    });
    await letPass(app(), auction.auctionId, LENGTH);
    const eve = await app().signUp();
    const offer = () => refusalOf(makeOffer(app(), eve, auction.storyId));
    expect(await offer()).to.deep.equal([409, 'STORY_SOLD']);
    await endOverdue(app().context);
    expect(await offer()).to.deep.equal([409, 'STORY_SOLD']);
    const { status, body } = await story();
    expect([status, body.data.sale.state]).to.deep.equal([200, 'sold']);
  });

  const read = async () =>
    (await app().request.get(`/api/v1${auction.path}`).set(bob.auth)).body.data;
  const row = () => app().context.db('auctions').where({ auction_id: auction.auctionId }).first();

  /** Overdue ones of stories of their own, with their bid, in place of the first. */
  async function copyAuction(times: number) {
    const { db } = app().context;
    await db.raw(
      `with story as (
         insert into stories (maker_id, title, description, minimum_offer, status)
         select ?, 'Bowl ' || n, 'Turned', 35, 'published' from generate_series(1, ?) n
         returning story_id),
       auction as (
         insert into auctions (story_id, maker_id, current_bid_amount, current_bidder_id, start_time,
           end_time, original_end_time, last_bid_at, leader_max, bid_seq, leading_bid_id, currency,
           last_hash)
         select s.story_id, ?, 40, ?, now() - interval '80 hours', now() - interval '1 hour',
           now() - interval '1 hour', now() - interval '80 hours', 40, 1, gen_random_uuid(), 'USD', ''
         from story s
         returning *)
       insert into bids (bid_id, auction_id, bidder_id, bid_amount, asked_amount, max_amount, seq, hash)
       select leading_bid_id, auction_id, current_bidder_id, 40, 40, 40, 1, '' from auction`,
      [alice.userId, times, alice.userId, bob.userId],
    );
  }
});
