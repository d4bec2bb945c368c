import { expect } from 'chai';

import { useApp } from '../../fixtures/test-app.js';
import { toLimitKey } from '../http/rate-limit.js';

const PASSWORD = 'one long evening at the lathe';

describe('registering', () => {
  const app = useApp();
  const register = (body: object) => app().request.post('/api/v1/auth/register').send(body);
  const alice = {
    email: 'Alice@Example.com',
    password: PASSWORD,
    user_type: 'maker',
    profile: { display_name: 'Alice' },
  };

  it('opens an account and signs in to it', async () => {
    const { status, body } = await register(alice);
    expect(status).to.equal(201);
    expect(body.success).to.equal(true);
    expect(body.data).to.include({ email: 'alice@example.com', user_type: 'maker' });
    expect(body.data.user_id).to.match(/^user_[0-9a-z]{26}$/);
    expect(body.data.profile).to.deep.equal({ display_name: 'Alice', bio: null });
    const me = await app()
      .request.get('/api/v1/users/me')
      .set('Authorization', `Bearer ${body.data.access_token}`);
    expect(me.body.data.user_id).to.equal(body.data.user_id);
  });

  it('refuses an address that is taken, in whatever case, and after five of them the whole block', async () => {
    await register(alice);
    for (let time = 0; time < 5; time += 1) {
      const taken = await register({ ...alice, email: 'ALICE@example.com' });
      expect([taken.status, taken.body.error.code]).to.deep.equal([409, 'EMAIL_TAKEN']);
    }
    const sixth = await register({ ...alice, email: 'bob@example.com' });
    expect(sixth.status).to.equal(429);
    expect(Number(sixth.headers['retry-after'])).to.be.greaterThan(3_000);
  });

  it('takes no rank, state or unknown field from the caller', async () => {
    const extras = [
      { user_type: 'admin' },
      { status: 'active' },
      { email_verified: true },
      { role: 'admin' },
      { profile: { display_name: 'Alice', user_id: 'user_x' } },
    ];
    for (const extra of extras) {
      const { status, body } = await register({ ...alice, ...extra });
      expect([status, body.error.code]).to.deep.equal([422, 'VALIDATION_ERROR']);
      expect(body.error.details[0].field).to.match(/user_type|status|email_verified|role|user_id/);
    }
    expect(await app().context.db('users').select()).to.be.empty;
  });

  it('refuses passwords that are short or that anybody would try first', async () => {
    for (const password of ['short', 'Password1', 'zzzzzzzzzz', 'x'.repeat(129)]) {
      expect((await register({ ...alice, password })).body.error.details[0].field).to.equal(
        'password',
      );
    }
  });
});

describe('signing in', () => {
  const app = useApp();
  const login = (email: string, password: string) =>
    app().request.post('/api/v1/auth/login').send({ email, password });

  it('gives tokens for the right password', async () => {
    const alice = await app().signUp({ userType: 'viewer' });
    const { status, body } = await login(alice.email.toUpperCase(), alice.password);
    expect(status).to.equal(200);
    expect(body.data).to.include({ user_id: alice.publicId, user_type: 'viewer' });
  });

  it('answers alike whether the account or the password is wrong', async () => {
    const alice = await app().signUp();
    const answers = [
      await login(alice.email, 'not the password'),
      await login('nobody@example.com', alice.password),
    ].map(({ status, body }) => ({ status, error: body.error }));
    expect(answers[0]).to.deep.equal(answers[1]);
    expect(answers[0]?.error.code).to.equal('INVALID_CREDENTIALS');
  });

  it('shuts a pair of address and account out after five failures, even with the right password', async () => {
    const alice = await app().signUp();
    for (let time = 0; time < 5; time += 1) await login(alice.email, 'wrong password');
    const sixth = await login(alice.email, alice.password);
    expect([sixth.status, sixth.body.error.code]).to.deep.equal([429, 'RATE_LIMITED']);
    expect(Number(sixth.headers['retry-after'])).to.be.within(890, 900);
    const bob = await app().signUp();
    expect((await login(bob.email, bob.password)).status).to.equal(200);
  });

  it('shuts out longer the second time', async () => {
    const alice = await app().signUp();
    const fail = () => login(alice.email, 'wrong password');
    for (let time = 0; time < 5; time += 1) await fail();
    await app().context.limits.forget('loginPair', toLimitKey('127.0.0.1', alice.email));
    for (let time = 0; time < 5; time += 1) await fail();
    expect(Number((await fail()).headers['retry-after'])).to.be.within(1_790, 1_800);
  });

  it('stops an address that tries many accounts', async () => {
    const statuses = [];
    for (let time = 0; time < 33; time += 1) {
      statuses.push((await login(`nobody${time}@example.com`, 'a guess of mine')).status);
    }
    expect(statuses.slice(0, 30).every((status) => status === 401)).to.equal(true);
    expect(statuses.slice(30)).to.deep.equal([429, 429, 429]);
  });

  it('counts by the socket whatever the forwarding headers say', async () => {
    const alice = await app().signUp();
    let last = 0;
    for (let time = 0; time < 6; time += 1) {
      const answer = await login(alice.email, 'wrong password')
        .set('X-Forwarded-For', `203.0.113.${time}`)
        .set('X-Real-IP', `203.0.113.${time}`)
        .set('Forwarded', `for=203.0.113.${time}`);
      last = answer.status;
    }
    expect(last).to.equal(429);
  });

  it('says that an account is suspended only to who knows its password', async () => {
    const alice = await app().signUp();
    await app().context.db('users').update({ status: 'suspended' });
    expect((await login(alice.email, 'wrong password')).status).to.equal(401);
    expect((await login(alice.email, alice.password)).status).to.equal(403);
  });
});
