import { expect } from 'chai';

import { buildOpenStory, makeOffer } from '../../fixtures/offers.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { expireOffers } from './expire-offers.js';

describe('an offer that waits', () => {
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let eve: TestUser;
  let story: string;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    eve = await app().signUp({ userType: 'viewer', displayName: 'Eve' });
    story = await buildOpenStory(app(), alice);
    await setTerms({ auto_open: false });
  });

  it('is told to its buyer and the maker, and to nobody else', async () => {
    const id = await make(bob, { message: 'For my mother' });
    const mine = await get('/users/me/offers', bob);
    expect(mine.body.data.offers).to.have.length(1);
    expect(mine.body.data.offers[0]).to.include({
      ...{ offer_id: id, story_title: 'A walnut bowl', offer_amount: 40, status: 'pending' },
      message: 'For my mother',
    });
    const theirs = await get(`/stories/${story}/offers`, alice);
    expect(theirs.body.data.offers[0].buyer).to.include({
      buyer_id: bob.publicId,
      display_name: 'Bob',
    });
    expect((await get(`/offers/${id}`, bob)).status).to.equal(200);
    expect((await get(`/offers/${id}`, alice)).status).to.equal(200);
    expect(await refusalOf(get(`/offers/${id}`, eve))).to.deep.equal([404, 'OFFER_NOT_FOUND']);
    expect((await get(`/stories/${story}/offers`, eve)).status).to.equal(404);
    expect((await get('/users/me/offers', eve)).body.data.offers).to.deep.equal([]);
    const done = await get('/users/me/offers?status=accepted', bob);
    expect(done.body.data.pagination.total).to.equal(0);
  });

  it('opens the auction once the maker accepts it, and ends the others', async () => {
    const [first, second] = [await make(bob), await make(eve, { offer_amount: 60 })];
    const accepted = await act(second, 'accept', alice);
    expect(accepted.status, JSON.stringify(accepted.body)).to.equal(200);
    expect(accepted.body.data).to.include({ status: 'accepted' });
    expect(accepted.body.data.auction_id).to.match(/^auction_/);
    expect((await get(`/offers/${first}`, bob)).body.data.status).to.equal('expired');
    expect(await refusalOf(act(first, 'accept', alice))).to.deep.equal([409, 'OFFER_NOT_PENDING']);
    expect(await kinds()).to.include.members(['offer_accepted', 'auction_opened', 'offer_expired']);
  });

  it('opens one auction where two are accepted at once', async () => {
    const ids = [await make(bob), await make(eve), await make(bob), await make(eve)];
    const answers = await Promise.all(ids.map((id) => act(id, 'accept', alice)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409, 409]);
    expect(await app().context.db('auctions')).to.have.length(1);
  });

  it('is declined by the maker with words for its buyer', async () => {
    const id = await make(bob);
    const { body } = await act(id, 'reject', alice, { message: 'Too low, sorry' });
    expect(body.data).to.include({ status: 'rejected', response_message: 'Too low, sorry' });
    expect((await get(`/offers/${id}`, bob)).body.data.response_message).to.equal('Too low, sorry');
    expect(await refusalOf(act(id, 'withdraw', bob))).to.deep.equal([409, 'OFFER_NOT_PENDING']);
    expect(
      (
        await app()
          .request.post(`/api/v1/offers/${await make(bob)}/reject`)
          .set(alice.auth)
      ).status,
    ).to.equal(200);
  });

  it('is withdrawn by its buyer alone, and answered by the maker alone', async () => {
    const id = await make(bob);
    for (const verb of ['accept', 'reject'] as const) {
      for (const user of [bob, eve]) {
        expect(await refusalOf(act(id, verb, user))).to.deep.equal([404, 'OFFER_NOT_FOUND']);
      }
    }
    for (const user of [alice, eve]) {
      expect(await refusalOf(act(id, 'withdraw', user))).to.deep.equal([404, 'OFFER_NOT_FOUND']);
    }
    expect((await act(id, 'withdraw', bob)).body.data.status).to.equal('withdrawn');
    expect(await refusalOf(act(id, 'accept', alice))).to.deep.equal([409, 'OFFER_NOT_PENDING']);
  });

  it('is expired after 24 h from the instant itself, and swept once', async () => {
    const [old, young] = [await make(bob), await make(eve)];
    const { db } = app().context;
    await db('offers')
      .where({ buyer_id: bob.userId })
      .update({ expires_at: db.raw(`clock_timestamp() - interval '1 second'`) });
    expect((await get(`/offers/${old}`, bob)).body.data.status).to.equal('expired');
    expect((await get('/users/me/offers?status=expired', bob)).body.data.offers).to.have.length(1);
    expect(await refusalOf(act(old, 'accept', alice))).to.deep.equal([409, 'OFFER_NOT_PENDING']);
    expect(await refusalOf(act(old, 'reject', alice))).to.deep.equal([409, 'OFFER_NOT_PENDING']);
    const swept = await Promise.all([1, 2, 3].map(() => expireOffers(app().context)));
    expect(swept.reduce((sum, some) => sum + some, 0)).to.equal(1);
    expect((await get(`/offers/${young}`, eve)).body.data.status).to.equal('pending');
    expect((await kinds()).filter((kind) => kind === 'offer_expired')).to.have.length(1);
  });

  it('is declined at once below the floor, which only the maker knows of', async () => {
    await setTerms({ auto_open: true, floor: 50 });
    const { body } = await makeOffer(app(), bob, story, { offer_amount: 49.99 });
    expect(body.data).to.include({ status: 'rejected' });
    expect(JSON.stringify(await get('/users/me/offers', bob))).not.to.match(/floor|auto_rejected/);
    const { offers } = (await get(`/stories/${story}/offers`, alice)).body.data;
    expect(offers[0]).to.include({ status: 'rejected', auto_rejected: true });
    expect((await get(`/stories/${story}/offer-terms`, bob)).status).to.equal(404);
    expect((await get(`/stories/${story}/offer-terms`, alice)).body.data).to.deep.equal({
      ...{ auto_open: true, floor: 50, currency: 'USD' },
    });
    const enough = await makeOffer(app(), bob, story, { offer_amount: 50 });
    expect(enough.body.data.status).to.equal('accepted');
  });

  it('is not accepted of who was barred or has gone, nor for what is hidden', async () => {
    const id = await make(bob);
    await app().request.put(`/api/v1/users/me/bars/${bob.publicId}`).set(alice.auth).send({});
    expect(await refusalOf(act(id, 'accept', alice))).to.deep.equal([409, 'BUYER_GONE']);
    const other = await make(eve);
    await app().context.db('stories').update({ taken_down_at: new Date() });
    expect(await refusalOf(act(other, 'accept', alice))).to.deep.equal([409, 'STORY_NOT_SHOWN']);
    expect(await app().context.db('auctions')).to.deep.equal([]);
  });

  it('leaves an audit row for each thing that happens to it', async () => {
    await act(await make(bob), 'withdraw', bob);
    await act(await make(bob), 'reject', alice, {});
    await act(await make(bob), 'accept', alice);
    const rows = await app().context.db('audit_entries');
    const acts = rows.map(({ action }) => action).filter((action) => /^offer\./.test(action));
    expect(acts).to.have.members([
      ...['offer.terms', 'offer.make', 'offer.withdraw', 'offer.make', 'offer.reject'],
      ...['offer.make', 'offer.accept'],
    ]);
  });

  const make = async (buyer: TestUser, given = {}): Promise<string> => {
    const { status, body } = await makeOffer(app(), buyer, story, given);
    expect(status, JSON.stringify(body)).to.equal(201);
    return body.data.offer_id;
  };
  const get = (path: string, user: TestUser) => app().request.get(`/api/v1${path}`).set(user.auth);
  const act = (id: string, verb: string, user: TestUser, body: object = {}) =>
    app().request.post(`/api/v1/offers/${id}/${verb}`).set(user.auth).send(body);
  const setTerms = (terms: object) =>
    app().request.put(`/api/v1/stories/${story}/offer-terms`).set(alice.auth).send(terms);
  const kinds = () => app().context.db('outbox').pluck('kind');
});
