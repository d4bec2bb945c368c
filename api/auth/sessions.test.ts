import { expect } from 'chai';

import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { until } from '../../fixtures/until.js';

describe('refreshing a session', () => {
  const app = useApp();
  const refresh = (token: string, agent = '') =>
    app()
      .request.post('/api/v1/auth/refresh')
      .set('User-Agent', agent)
      .send({ refresh_token: token });
  const me = (token: string) =>
    app().request.get('/api/v1/users/me').set('Authorization', `Bearer ${token}`);
  const age = (seconds: number) =>
    app()
      .context.db('refresh_tokens')
      .whereNotNull('used_at')
      .update({ used_at: app().context.db.raw(`used_at - interval '${seconds} seconds'`) });

  it('gives a new pair that works', async () => {
    const alice = await app().signUp();
    const { status, body } = await refresh(alice.refreshToken);
    expect(status).to.equal(200);
    expect(Object.keys(body.data)).to.have.members(['access_token', 'refresh_token']);
    expect(body.data.refresh_token).not.to.equal(alice.refreshToken);
    expect((await me(body.data.access_token)).status).to.equal(200);
  });

  it('ends the whole family when a used token comes again', async () => {
    const alice = await app().signUp();
    const second = (await refresh(alice.refreshToken)).body.data;
    await age(11);
    const again = await refresh(alice.refreshToken);
    expect([again.status, again.body.error.code]).to.deep.equal([401, 'REFRESH_REUSED']);
    expect((await refresh(second.refresh_token)).status).to.equal(401);
    expect((await me(second.access_token)).status).to.equal(401);
  });

  it('ends the family at once where the successor was used already', async () => {
    const alice = await app().signUp();
    const second = (await refresh(alice.refreshToken)).body.data;
    await refresh(second.refresh_token);
    expect((await refresh(alice.refreshToken)).body.error.code).to.equal('REFRESH_REUSED');
  });

  it('gives fifty requests at once one and the same successor', async () => {
    const alice = await app().signUp();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refresh(alice.refreshToken)),
    );
    const tokens = new Set(answers.map(({ body }) => body.data?.refresh_token));
    expect(answers.every(({ status }) => status === 200)).to.equal(true);
    expect(tokens.size).to.equal(1);
    expect((await refresh([...tokens][0])).status).to.equal(200);
  });

  it('refuses another device and ends the session, but not an update of the same program', async () => {
    const alice = await app().signUp();
    const [id] = await app().context.db('sessions').pluck('session_id');
    const login = await app()
      .request.post('/api/v1/auth/login')
      .set('User-Agent', 'Firefox/140.0 (Linux)')
      .send({ email: alice.email, password: alice.password });
    const token = login.body.data.refresh_token;
    const updated = await refresh(token, 'Firefox/141.2 (Linux)');
    expect(updated.status).to.equal(200);
    expect((await refresh(updated.body.data.refresh_token, 'Safari')).status).to.equal(401);
    const open = await app().context.db('sessions').whereNull('ended_at').pluck('session_id');
    expect(open).to.deep.equal([id]);
  });

  it('refuses an outdated token, one of a suspended user and one that never was', async () => {
    const alice = await app().signUp();
    const { db } = app().context;
    await db('refresh_tokens').update({ expires_at: new Date(0) });
    expect((await refresh(alice.refreshToken)).status).to.equal(401);
    await db('refresh_tokens').update({ expires_at: new Date('2100-01-01') });
    await db('users').update({ status: 'suspended' });
    expect((await refresh(alice.refreshToken)).status).to.equal(401);
    expect((await refresh('never-was')).body.error.code).to.equal('INVALID_TOKEN');
  });

  it('keeps only hashes of tokens', async () => {
    const alice = await app().signUp();
    const rows = JSON.stringify(await app().context.db('refresh_tokens').select());
    expect(rows).not.to.include(alice.refreshToken);
  });
});

describe('ending a session', () => {
  const app = useApp();
  const statusOf = async (user: TestUser) =>
    (await app().request.get('/api/v1/users/me').set(user.auth)).status;

  it('kills its tokens at once where it was ended', async () => {
    const alice = await app().signUp();
    expect(await statusOf(alice)).to.equal(200);
    const { status, text } = await app().request.post('/api/v1/auth/logout').set(alice.auth);
    expect([status, text]).to.deep.equal([204, '']);
    expect(await statusOf(alice)).to.equal(401);
    const again = await app()
      .request.post('/api/v1/auth/refresh')
      .send({ refresh_token: alice.refreshToken });
    expect(again.status).to.equal(401);
  });

  it('takes the refresh token instead of the bearer token', async () => {
    const alice = await app().signUp();
    await app()
      .request.post('/api/v1/auth/logout')
      .send({ refresh_token: alice.refreshToken })
      .expect(204);
    expect(await statusOf(alice)).to.equal(401);
    await app().request.post('/api/v1/auth/logout').expect(401);
  });

  it('is noticed where another process did it, as is a suspension', async () => {
    const [alice, bob] = [await app().signUp(), await app().signUp()];
    expect([await statusOf(alice), await statusOf(bob)]).to.deep.equal([200, 200]);
    const { db } = app().context;
    await db('sessions')
      .where({ user_id: alice.userId })
      .update({ ended_at: new Date(), end_reason: 'logout' });
    await db('users').where({ user_id: bob.userId }).update({ status: 'suspended' });
    await until(async () => (await statusOf(alice)) === 401 && (await statusOf(bob)) === 401);
  });
});
