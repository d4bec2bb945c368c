import { expect } from 'chai';

import { readLetters } from '../../fixtures/mailbox.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('my sessions', () => {
  const app = useApp();
  const login = async (user: TestUser, agent = FIREFOX) =>
    (
      await app()
        .request.post('/api/v1/auth/login')
        .set('User-Agent', agent)
        .send({ email: user.email, password: user.password })
    ).body.data;
  const list = async (user: TestUser) =>
    (await app().request.get('/api/v1/auth/sessions').set(user.auth)).body.data.sessions;
  const end = (user: TestUser, id = '') =>
    app()
      .request.delete(`/api/v1/auth/sessions${id && `/${id}`}`)
      .set(user.auth);

  it('are listed with what they run on and roughly where, and which one this is', async () => {
    const alice = await app().signUp();
    await app().signUp();
    await login(alice);
    const sessions = await list(alice);
    expect(sessions).to.have.length(2);
    const [newest, current] = sessions;
    expect(newest).to.include({
      ...{ device: 'Firefox on Linux', address_block: '127.0.0.0/24', current: false },
    });
    expect(current.current).to.equal(true);
  });

  it('end one by one, and nobody ends another’s', async () => {
    const [alice, mallory] = [await app().signUp(), await app().signUp()];
    const other = await login(alice);
    const [{ session_id: id }] = await list(alice);
    expect((await end(mallory, id)).status).to.equal(404);
    const auth = { Authorization: `Bearer ${other.access_token}` };
    await app().request.get('/api/v1/users/me').set(auth).expect(200);
    expect((await end(alice, id)).status).to.equal(204);
    await app().request.get('/api/v1/users/me').set(auth).expect(401);
    expect((await end(alice, id)).status).to.equal(404);
    expect((await end(alice, toPublicId('session', alice.userId))).status).to.equal(404);
    expect(await list(alice)).to.have.length(1);
  });

  it('end all but this one', async () => {
    const [alice, bob] = [await app().signUp(), await app().signUp()];
    await login(alice);
    await login(alice);
    await end(alice).expect(204);
    expect(await list(alice)).to.have.length(1);
    expect(await list(bob)).to.have.length(1);
  });

  it('that are ended by reuse are told of by mail', async () => {
    const alice = await app().signUp();
    const refresh = (token: string) =>
      app()
        .request.post('/api/v1/auth/refresh')
        .set('User-Agent', '')
        .send({ refresh_token: token });
    const { body } = await refresh(alice.refreshToken);
    await refresh(body.data.refresh_token);
    await refresh(alice.refreshToken).expect(401);
    const [letter] = await readLetters(app(), alice.email);
    expect(letter?.subject).to.equal('A session was ended for your safety');
  });
});

describe('proving again who one is', () => {
  const app = useApp();
  const forgetProof = () =>
    app()
      .context.db('sessions')
      .update({ confirmed_at: new Date(Date.now() - 601_000) });
  const confirm = (user: TestUser, body: object) =>
    app().request.post('/api/v1/auth/confirm').set(user.auth).send(body);
  const act = (user: TestUser) => app().request.post('/api/v1/auth/mfa/totp').set(user.auth);

  it('is asked for ten minutes after the last proof, and counts for this session alone', async () => {
    const alice = await app().signUp();
    expect((await act(alice)).status).to.equal(200);
    await forgetProof();
    const refused = await act(alice);
    expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'STEP_UP_REQUIRED']);
    const login = await app()
      .request.post('/api/v1/auth/login')
      .send({ email: alice.email, password: alice.password });
    expect(login.status).to.equal(200);
    expect((await act(alice)).status).to.equal(403);
    expect((await confirm(alice, { password: 'not the one' })).status).to.equal(403);
    expect((await confirm(alice, {})).status).to.equal(422);
    expect((await confirm(alice, { password: alice.password })).status).to.equal(204);
    expect((await act(alice)).status).to.equal(200);
  });

  it('is not kept alive by refreshing', async () => {
    const alice = await app().signUp();
    await forgetProof();
    const { body } = await app()
      .request.post('/api/v1/auth/refresh')
      .set('User-Agent', '')
      .send({ refresh_token: alice.refreshToken });
    const { status } = await app()
      .request.post('/api/v1/auth/mfa/totp')
      .set('Authorization', `Bearer ${body.data.access_token}`);
    expect(status).to.equal(403);
  });

  it('stops after five wrong passwords', async () => {
    const alice = await app().signUp();
    for (let time = 0; time < 5; time += 1) {
      await confirm(alice, { password: 'not the one' }).expect(403);
    }
    await confirm(alice, { password: alice.password }).expect(429);
  });
});
