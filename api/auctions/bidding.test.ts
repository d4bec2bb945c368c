import { expect } from 'chai';

import { FAULTS } from '../../fixtures/auctions-proof/faults.js';
import { RIGHT } from '../../fixtures/auctions-proof/house.js';
import { KINDS } from '../../fixtures/auctions-proof/kinds.js';
import { bidStorm, type StormOptions } from '../../fixtures/auctions-proof/storm.js';
import { ask, buildBidders, buildBidding, saysOf } from '../../fixtures/bidding.js';
import { useDatabase } from '../../fixtures/database.js';
import { tryOnEmbeddedShapeOnly } from '../../fixtures/embedded-shape.js';
import { rejection } from '../../fixtures/rejection.js';
import type { Lines } from '../../pipeline/platform/open-lines.js';
import { findBreak } from './bid-chain.js';
import { openBidLines } from './bid-lines.js';
import { listChain } from './chain-queries.js';
import { openBidDesk } from './combine-bids.js';
import type { BidParts } from './place-bids.js';

const SILENT = { publish() {}, subscribe: () => () => {}, close: async () => {} };
const ALL = Object.keys(KINDS) as StormOptions['kind'][];

describe('bidding on Postgres', function () {
  this.timeout(120_000);
  tryOnEmbeddedShapeOnly();
  const database = useDatabase();
  let lines: Lines;
  beforeEach(() => {
    lines = openBidLines(database());
  });
  afterEach(() => lines.close());
  const open = (parts?: BidParts) => openBidDesk({ lines, auctionEvents: SILENT }, parts);

  for (const kind of ALL) {
    it(`keeps every invariant while many bid: ${kind}`, async () => {
      const storm = await bidStorm(database(), { seed: 11, commands: 300, kind });
      expect(storm.wrong).to.deep.equal([]);
    });
  }

  it('keeps them while connections are cut', async () => {
    const storm = await bidStorm(database(), {
      ...{ seed: 12, commands: 300, kind: 'late', cutLines: true },
    });
    expect(storm.wrong).to.deep.equal([]);
  });

  it('keeps them while processes that bid are killed, and what they were answered stands', async () => {
    const storm = await bidStorm(database(), {
      ...{ seed: 13, commands: 300, kind: 'early', killed: true },
    });
    expect(storm.wrong).to.deep.equal([]);
  });

  for (const [name, house] of FAULTS) {
    it(`would be caught if ${name}`, async () => {
      for (let seed = 1; seed <= 10; seed += 1) {
        for (const kind of ALL) {
          const { wrong } = await bidStorm(database(), { seed, commands: 60, kind, house });
          if (wrong.length > 0) return;
        }
      }
      expect.fail('nobody noticed');
    });
  }

  it('refuses a bid that was sent before the end and got its turn after it', async () => {
    const { db } = database();
    const { auctionId } = await buildBidding(db);
    const [bea = ''] = await buildBidders(db, 1);
    const soon = db.raw(`now() + interval '300 milliseconds'`);
    await db('auctions')
      .where({ auction_id: auctionId })
      .update({ end_time: soon, original_end_time: soon });
    const desk = open();
    let waiting: Promise<unknown> = Promise.resolve();
    await db.transaction(async (trx) => {
      await trx('auctions').where({ auction_id: auctionId }).forUpdate().first();
      waiting = desk.place(auctionId, ask(bea, 9_000));
      await trx.raw('select pg_sleep(0.6)');
    });
    expect(await waiting).to.include({ code: 'AUCTION_ENDED' });
    await desk.close();
  });

  it('tells all that wait that it is busy, where the row is not to be had, and writes none of them later', async () => {
    const { db } = database();
    const { auctionId } = await buildBidding(db);
    const bidders = await buildBidders(db, 4);
    const desk = open();
    const answers: Promise<unknown>[] = [];
    await db.transaction(async (trx) => {
      await trx('auctions').where({ auction_id: auctionId }).forUpdate().first();
      const place = (bidder: string) =>
        desk.place(auctionId, ask(bidder, 9_000)).catch((error: unknown) => error);
      answers.push(...bidders.map(place));
      for (const answer of answers) expect(await answer).to.include({ code: 'AUCTION_BUSY' });
    });
    await desk.close();
    expect(await db('bids').where({ auction_id: auctionId })).to.have.length(1);
  });

  it('answers a repeated key as the first time, in the same batch and after the end', async () => {
    const { db } = database();
    const { auctionId } = await buildBidding(db);
    const [bea = ''] = await buildBidders(db, 1);
    const desk = open();
    const twice = await Promise.all([
      desk.place(auctionId, ask(bea, 9_000, { key: 'one' })),
      desk.place(auctionId, ask(bea, 9_000, { key: 'one' })),
      desk.place(auctionId, ask(bea, 9_500, { key: 'one' })),
    ]);
    expect(twice.map(saysOf)).to.deep.equal(['active', 'active', 'IDEMPOTENCY_KEY_REUSED']);
    await db('auctions')
      .where({ auction_id: auctionId })
      .update({ end_time: db.raw('clock_timestamp()') });
    const again = await desk.place(auctionId, ask(bea, 9_000, { key: 'one' }));
    expect(again).to.deep.equal({ ...twice[0], replayed: true });
    expect(await db('bids').where({ auction_id: auctionId })).to.have.length(2);
    await desk.close();
  });

  it('commits nothing of a batch of which something cannot even be sent', async () => {
    const { db } = database();
    const { auctionId } = await buildBidding(db);
    const [bea = ''] = await buildBidders(db, 1);
    const save = () => Promise.reject(new RangeError('no decimal'));
    const desk = open({ ...RIGHT.bids, save });
    const answer = await rejection(desk.place(auctionId, ask(bea, 9_000, { key: 'one' })));
    expect(answer).to.be.instanceOf(RangeError);
    await desk.close();
    expect(await db('audit_entries').where({ action: 'bid.place' })).to.deep.equal([]);
    expect(await db('idempotency_keys')).to.deep.equal([]);
  });

  it('writes nothing for what it refuses', async () => {
    const { db } = database();
    const { auctionId, makerId } = await buildBidding(db);
    const [bea = ''] = await buildBidders(db, 1);
    const all = async () =>
      JSON.stringify(await Promise.all([db('auctions'), db('bids'), db('audit_entries')]));
    const before = await all();
    const desk = open();
    const refused = [
      await desk.place(auctionId, ask(bea, 4_499)),
      await desk.place(auctionId, ask(bea, 9_000, { currency: 'EUR' })),
      await desk.place(auctionId, ask(bea, 9_000, { max: 8_000 })),
      await desk.place(auctionId, ask(makerId, 9_000)),
    ];
    expect(refused.map(saysOf)).to.deep.equal([
      ...['BID_TOO_LOW', 'WRONG_CURRENCY', 'MAXIMUM_BELOW_BID', 'OWN_STORY'],
    ]);
    expect(await all()).to.equal(before);
    await desk.close();
  });

  it('sees a bid that was changed, and one that was taken out', async () => {
    const { db } = database();
    const { auctionId } = await buildBidding(db);
    const bidders = await buildBidders(db, 3);
    const desk = open();
    for (const [at, bidder] of bidders.entries()) {
      await desk.place(auctionId, ask(bidder, 5_000 + at * 1_000));
    }
    const breakAt = async () => {
      const { bids, lastHash } = await listChain(db, auctionId);
      return findBreak(bids, lastHash);
    };
    expect(await breakAt()).to.equal(null);
    const third = db('bids').where({ auction_id: auctionId, seq: 3 });
    await third.clone().update({ max_amount: '99.00' });
    expect(await breakAt()).to.equal(3);
    await third.clone().update({ max_amount: '60.00' });
    await db('bids').where({ auction_id: auctionId, seq: 4 }).delete();
    expect(await breakAt()).to.equal(4);
    await desk.close();
  });
});
