import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { openAuctionBy } from '../../fixtures/auctions.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { endOverdue } from './end-auction.js';

describe('ending an auction while everybody bids', function () {
  this.timeout(60_000);
  const app = useApp({ keepRows: true });

  it('sells what stood at the end, once, and takes no bid from its instant on', async () => {
    const [alice, ...buyers] = await Promise.all(Array.from({ length: 7 }, () => app().signUp()));
    if (!alice) throw new Error('no maker');
    for (let round = 0; round < 6; round += 1) {
      const opened = await openAuctionBy(app(), alice, buyers[0] as TestUser);
      const { db } = app().context;
      const end = db.raw(`clock_timestamp() + interval '250 milliseconds'`);
      await db('auctions')
        .where({ auction_id: opened.auctionId })
        .update({ end_time: end, original_end_time: end, soft_close_duration_minutes: 0 });
      let over = false;
      const closers = [1, 2, 3].map(async () => {
        while (!over) {
          await endOverdue(app().context);
          await sleep(1);
        }
      });
      const answers = await Promise.all(buyers.map((buyer) => bidUntilOver(buyer, opened.path)));
      over = true;
      await Promise.all(closers);
      expect(answers.flat().filter((code) => !EXPECTED.has(code))).to.deep.equal([]);
      expect(answers.flat()).to.include('');
      await check(opened.auctionId);
    }
  });

  /** `''` for each bid that was taken, else why not. */
  async function bidUntilOver(buyer: TestUser, path: string): Promise<string[]> {
    const codes: string[] = [];
    let amount = 45;
    while (!codes.includes('AUCTION_ENDED')) {
      const { body } = await app()
        .request.post(`/api/v1${path}/bids`)
        .set(buyer.auth)
        .send({ bid_amount: amount, max_amount: amount + 7, currency: 'USD' });
      codes.push(body.error?.code ?? '');
      amount = Math.ceil(body.data?.minimum_next_bid ?? amount + 5);
    }
    return codes;
  }

  async function check(auctionId: string): Promise<void> {
    const { db } = app().context;
    const auction = await db('auctions').where({ auction_id: auctionId }).first();
    const bids = await db('bids').where({ auction_id: auctionId }).orderBy('seq');
    const orders = await db('orders').where({ auction_id: auctionId });
    expect(auction.status).to.equal('ended');
    expect(auction.actual_end_time.getTime()).to.equal(auction.end_time.getTime());
    expect(bids.map(({ seq }) => seq)).to.deep.equal(bids.map((_, at) => at + 1));
    const { rows } = await db.raw(
      `select count(*)::int as late from bids b join auctions a using (auction_id)
       where auction_id = ? and b.created_at >= a.end_time`,
      [auctionId],
    );
    expect(rows[0].late).to.equal(0);
    expect(orders).to.have.length(1);
    const last = bids.filter(({ is_raise }) => !is_raise).at(-1);
    expect(orders[0]).to.include({ buyer_id: last.bidder_id, amount: last.bid_amount });
    expect(last.status).to.equal('winning');
  }
});

const EXPECTED = new Set(['', 'AUCTION_ENDED', 'BID_TOO_LOW', 'MAXIMUM_NOT_HIGHER']);
