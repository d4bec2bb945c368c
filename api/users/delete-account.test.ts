import { expect } from 'chai';

import { LENGTH, letPass, type OpenedAuction, openAuctionBy } from '../../fixtures/auctions.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

describe('deleting an account', () => {
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

  const leave = async (user: TestUser) => {
    const { status, body } = await app().request.delete('/api/v1/users/me').set(user.auth);
    return status === 204 ? 'gone' : body.error.code;
  };

  it('waits for the end of an auction, for who sells and for who leads', async () => {
    expect([await leave(alice), await leave(bob)]).to.deep.equal(['OPEN_TRADE', 'OPEN_TRADE']);
    await app()
      .request.post(`/api/v1${auction.path}/bids`)
      .set(carol.auth)
      .send({ bid_amount: 45, currency: 'USD' });
    expect([await leave(bob), await leave(carol)]).to.deep.equal(['gone', 'OPEN_TRADE']);
  });

  it('waits for the order that an auction left', async () => {
    await letPass(app(), auction.auctionId, LENGTH + 60);
    await app().request.get(`/api/v1${auction.path}`);
    expect([await leave(alice), await leave(bob)]).to.deep.equal(['OPEN_TRADE', 'OPEN_TRADE']);
    await app().context.db('orders').update({ status: 'completed' });
    expect([await leave(alice), await leave(bob)]).to.deep.equal(['gone', 'gone']);
  });
});
