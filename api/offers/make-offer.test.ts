import { expect } from 'chai';

import { buildOpenStory, makeOffer } from '../../fixtures/offers.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { fromPublicId } from '../../pipeline/platform/ids.js';
import { admitBidder } from '../bars/admit-bidder.js';

describe('making an offer', () => {
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let story: string;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    story = await buildOpenStory(app(), alice);
  });

  it('answers with the fields of an offer, and opens the auction with it as the first bid', async () => {
    const { status, body } = await offer(bob, { offer_amount: 40.5, message: 'For my mother' });
    expect(status, JSON.stringify(body)).to.equal(201);
    const { auction_id: auctionId, offer_id: offerId, created_at: createdAt, ...rest } = body.data;
    expect(rest).to.deep.equal({
      ...{ story_id: story, offer_amount: 40.5, currency: 'USD', status: 'accepted' },
    });
    expect([offerId, createdAt]).to.satisfy(([id, at]: string[]) => id && Date.parse(at ?? ''));
    const [auction] = await app().context.db('auctions');
    expect(auction).to.include({
      auction_id: fromPublicId('auction', auctionId),
      starting_offer_id: fromPublicId('offer', offerId),
      current_bid_amount: '40.50',
      current_bidder_id: bob.userId,
      status: 'active',
    });
    const bids = await app().context.db('bids');
    expect(bids).to.have.length(1);
    expect(bids[0]).to.include({ bidder_id: bob.userId, bid_amount: '40.50' });
  });

  it('opens one auction of thirty at once, and tells the others which', async function () {
    this.timeout(30_000);
    const buyers = await Promise.all(Array.from({ length: 30 }, () => app().signUp()));
    const answers = await Promise.all(buyers.map((buyer) => offer(buyer)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).to.have.length(1);
    const auctionId = made[0]?.body.data.auction_id;
    for (const answer of answers.filter((each) => each !== made[0])) {
      expect(await refusalOf(Promise.resolve(answer))).to.deep.equal([409, 'AUCTION_RUNNING']);
      expect(answer.body.error.details[0].auction_id).to.equal(auctionId);
    }
    const { db } = app().context;
    for (const table of ['auctions', 'offers', 'bids']) {
      expect(await db(table), table).to.have.length(1);
    }
  });

  it('waits for no second connection while it holds one, as all could do for ever', async () => {
    const { context } = app();
    const size = context.config.database.poolSize;
    const who = { userId: bob.userId, makerId: alice.userId };
    context.flags.forget();
    let begun = 0;
    let open = () => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    const admit = () =>
      context.db.transaction(async (trx) => {
        await trx.raw('select');
        begun += 1;
        if (begun === size) open();
        await all;
        await admitBidder(context, trx, who);
      });
    await Promise.all(Array.from({ length: size }, admit));
  });

  it('is refused with a code of its own for each thing that is wrong, and nothing written', async () => {
    const wrong = [
      [{ offer_amount: 34.99 }, 422, 'OFFER_BELOW_MINIMUM'],
      [{ currency: 'EUR' }, 422, 'WRONG_CURRENCY'],
      [{ offer_amount: 40.001 }, 422, 'TOO_MANY_DECIMALS'],
      [{ offer_amount: -40 }, 422, 'VALIDATION_ERROR'],
      [{ offer_amount: 0 }, 422, 'VALIDATION_ERROR'],
      [{ offer_amount: '40' }, 422, 'VALIDATION_ERROR'],
      [{ offer_amount: 1e9 }, 422, 'VALIDATION_ERROR'],
      [{ currency: 'usd' }, 422, 'VALIDATION_ERROR'],
      [{ message: 'x'.repeat(501) }, 422, 'VALIDATION_ERROR'],
      [{ story_id: 'story_1' }, 422, 'VALIDATION_ERROR'],
      [
        { story_id: story.replace(/.$/, (end) => (end === '0' ? '1' : '0')) },
        404,
        'STORY_NOT_FOUND',
      ],
      [{ max_amount: 50 }, 422, 'VALIDATION_ERROR'],
    ] as const;
    for (const [given, ...refusal] of wrong) {
      expect(await refusalOf(offer(bob, given)), JSON.stringify(given)).to.deep.equal(refusal);
    }
    const below = await offer(bob, { offer_amount: 1 });
    expect(below.body.error.details[0]).to.include({ field: 'offer_amount', minimum_offer: 35 });
    expect(await refusalOf(offer(alice))).to.deep.equal([403, 'OWN_STORY']);
    const anonymous = app().request.post('/api/v1/offers').send({});
    expect(await refusalOf(anonymous)).to.deep.equal([401, 'UNAUTHENTICATED']);
    expect(await app().context.db('offers')).to.deep.equal([]);
    expect(await app().context.db('outbox')).to.deep.equal([]);
  });

  it('is only for what is shown', async () => {
    const draft = await buildOpenStory(app(), alice, { status: 'draft' });
    const refused = await refusalOf(makeOffer(app(), bob, draft));
    expect(refused).to.deep.equal([404, 'STORY_NOT_FOUND']);
    const hidden = { taken_down_at: new Date() };
    const taken = await buildOpenStory(app(), alice, hidden);
    expect((await makeOffer(app(), bob, taken)).status).to.equal(404);
    const own = await refusalOf(makeOffer(app(), alice, taken));
    expect(own).to.deep.equal([409, 'STORY_NOT_SHOWN']);
  });

  it('is done once for one Idempotency-Key, whatever else has happened', async () => {
    const send = (amount = 40) => offer(bob, { offer_amount: amount }).set('Idempotency-Key', 'k');
    const answers = await Promise.all([send(), send(), send()]);
    const made = answers.find(({ status }) => status === 201);
    for (const { status } of answers) expect(status).to.be.oneOf([201, 409]);
    const again = await send();
    expect(again.headers['idempotent-replayed']).to.equal('true');
    expect(again.body.data).to.deep.equal(made?.body.data);
    expect(await refusalOf(send(50))).to.deep.equal([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await app().context.db('offers')).to.have.length(1);
  });

  it('is limited to three a story, which count anew after an auction of it', async () => {
    await setTerms({ auto_open: false });
    for (const _ of [1, 2, 3]) expect((await offer(bob)).status).to.equal(201);
    expect(await refusalOf(offer(bob))).to.deep.equal([422, 'TOO_MANY_OFFERS_ON_STORY']);
    expect((await offer(await app().signUp())).status).to.equal(201);
    await setTerms({ auto_open: true });
    expect((await offer(await app().signUp())).status).to.equal(201);
    await app().context.db('auctions').update({ status: 'ended', relisted_at: new Date() });
    expect((await offer(bob)).status).to.equal(201);
  });

  it('is limited to ten an hour, also where they come at once', async function () {
    this.timeout(30_000);
    const stories = await Promise.all(
      Array.from({ length: 12 }, () => buildOpenStory(app(), alice)),
    );
    const answers = await Promise.all(stories.map((each) => makeOffer(app(), bob, each)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).to.have.length(2);
    expect(refused[0]?.body.error.code).to.equal('TOO_MANY_OFFERS');
    expect(Number(refused[0]?.headers['retry-after'])).to.be.within(3_500, 3_600);
    const { db } = app().context;
    await db('offers').update({ created_at: db.raw(`created_at - interval '61 minutes'`) });
    expect((await makeOffer(app(), bob, story)).status).to.equal(201);
  });

  it('is refused to who is barred, by the maker or by an admin', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const bars = { maker: '/api/v1/users/me/bars', admin: '/api/v1/admin/bars' };
    for (const [user, path] of [
      [alice, bars.maker],
      [admin, bars.admin],
    ] as const) {
      const bar = `${path}/${bob.publicId}`;
      const put = await app().request.put(bar).set(user.auth).send({ reason: 'Never paid' });
      expect(put.status).to.equal(204);
      expect(await refusalOf(offer(bob))).to.deep.equal([403, 'BARRED']);
      const { body } = await app().request.get(path).set(user.auth);
      expect(body.data.bars).to.have.length(1);
      expect(body.data.bars[0]).to.include({ user_id: bob.publicId, reason: 'Never paid' });
      expect((await app().request.delete(bar).set(user.auth)).status).to.equal(204);
      expect((await app().request.delete(bar).set(user.auth)).status).to.equal(404);
    }
    const self = app().request.put(`${bars.maker}/${alice.publicId}`).set(alice.auth).send({});
    expect(await refusalOf(self)).to.deep.equal([422, 'CANNOT_BAR_SELF']);
    const eve = await app().signUp();
    await app().request.put(`${bars.maker}/${bob.publicId}`).set(eve.auth).send({});
    expect((await offer(bob)).status).to.equal(201);
  });

  it('asks for a verified address only where the flag says so', async () => {
    const { db, flags } = app().context;
    await db('feature_flags').insert({ name: 'unverified_bidders', enabled: false, percentage: 0 });
    flags.forget();
    expect(await refusalOf(offer(bob))).to.deep.equal([403, 'EMAIL_NOT_VERIFIED']);
    await db('users').where({ user_id: bob.userId }).update({ email_verified: true });
    expect((await offer(bob)).status).to.equal(201);
    flags.forget();
  });

  it('is refused where the story is sold, until it is relisted', async () => {
    await offer(bob);
    const eve = await app().signUp();
    const { db } = app().context;
    await db('auctions').update({ end_time: db.raw(`clock_timestamp() - interval '1 second'`) });
    expect(await refusalOf(offer(eve))).to.deep.equal([409, 'STORY_SOLD']);
    await db('auctions').update({ status: 'ended' });
    expect(await refusalOf(offer(eve))).to.deep.equal([409, 'STORY_SOLD']);
    await db('auctions').update({ relisted_at: new Date() });
    expect((await offer(eve)).status).to.equal(201);
  });

  const offer = (buyer: TestUser, given: Readonly<Record<string, unknown>> = {}) =>
    makeOffer(app(), buyer, story, given);

  const setTerms = (terms: object) =>
    app().request.put(`/api/v1/stories/${story}/offer-terms`).set(alice.auth).send(terms);
});
