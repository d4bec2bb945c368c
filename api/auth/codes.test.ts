import { expect } from 'chai';

import { readCode, readLetters } from '../../fixtures/mailbox.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('proving an address', () => {
  const app = useApp();
  const post = (path: string, user: TestUser, body?: object) =>
    app().request.post(`/api/v1/auth/${path}`).set(user.auth).send(body);
  const me = async (user: TestUser) =>
    (await app().request.get('/api/v1/users/me').set(user.auth)).body.data;

  it('comes with the registration', async () => {
    const { body } = await app()
      .request.post('/api/v1/auth/register')
      .send({
        email: 'alice@example.com',
        password: 'one long evening at the lathe',
        user_type: 'viewer',
        profile: { display_name: 'Alice' },
      });
    const auth = { Authorization: `Bearer ${body.data.access_token}` };
    const code = await readCode(app(), 'alice@example.com');
    const verify = (text: string) =>
      app().request.post('/api/v1/auth/email/verify').set(auth).send({ code: text });
    expect((await verify(other(code))).body.error.code).to.equal('INVALID_CODE');
    expect((await verify(code)).status).to.equal(204);
    expect((await verify(code)).status).to.equal(422);
    const account = await app().request.get('/api/v1/users/me').set(auth);
    expect(account.body.data.email_verified).to.equal(true);
  });

  it('mails the owner of an address that somebody registers again, thrice a day at most', async () => {
    const alice = await app().signUp();
    for (let time = 0; time < 4; time += 1) {
      await app()
        .request.post('/api/v1/auth/register')
        .send({
          email: alice.email,
          password: 'one long evening at the lathe',
          user_type: 'viewer',
          profile: { display_name: 'Mallory' },
        })
        .expect(409);
    }
    expect(await readLetters(app(), alice.email)).to.have.length(3);
  });

  it('stores no code in clear, and none of it goes to a log', async () => {
    const alice = await app().signUp();
    await post('email/code', alice).expect(204);
    const rows = JSON.stringify(await app().context.db('verification_codes').select());
    const code = await readCode(app(), alice.email);
    expect(rows).not.to.include(code);
    const left = JSON.stringify(await app().context.db('outbox').select());
    expect(left).not.to.include(code).and.not.to.include(alice.email);
  });

  it('ends with the fifth wrong try, also for the right code', async () => {
    const alice = await app().signUp();
    await post('email/code', alice);
    const code = await readCode(app(), alice.email);
    const wrong = await Promise.all(
      [1, 2, 3, 4, 5].map(() => post('email/verify', alice, { code: other(code) })),
    );
    expect(wrong.map(({ status }) => status)).to.deep.equal([422, 422, 422, 422, 422]);
    expect((await post('email/verify', alice, { code })).status).to.equal(422);
  });

  it('ends after ten minutes, and with the next code', async () => {
    const alice = await app().signUp();
    const { db } = app().context;
    await post('email/code', alice);
    const first = await readCode(app(), alice.email);
    await post('email/code', alice);
    const second = await readCode(app(), alice.email);
    if (first !== second) {
      expect((await post('email/verify', alice, { code: first })).status).to.equal(422);
    }
    const { expires_at: end } = await db('verification_codes').first();
    expect(end.getTime() - Date.now()).to.be.within(590_000, 600_500);
    await db('verification_codes').update({ expires_at: new Date() });
    expect((await post('email/verify', alice, { code: second })).status).to.equal(422);
  });

  it('is asked for five times an hour at most, and not for what is proven', async () => {
    const alice = await app().signUp();
    for (let time = 0; time < 5; time += 1) await post('email/code', alice).expect(204);
    const sixth = await post('email/code', alice);
    expect(sixth.status).to.equal(429);
    expect(sixth.headers).to.have.property('retry-after');
    const bob = await app().signUp();
    await app().context.db('users').update({ email_verified: true });
    expect((await post('email/code', bob)).status).to.equal(409);
  });

  it('takes a number by a code to it, of whoever asked alone', async () => {
    const [alice, bob] = [await app().signUp(), await app().signUp()];
    const phone = '+15550001111';
    await post('phone/code', alice, { phone: '0555' }).expect(422);
    await post('phone/code', alice, { phone }).expect(204);
    const code = await readCode(app(), phone);
    expect((await post('phone/verify', bob, { code })).status).to.equal(422);
    expect((await post('phone/verify', alice, { code })).status).to.equal(204);
    expect(await me(alice)).to.include({ phone, phone_verified: true });
    expect(await me(bob)).to.include({ phone: null, phone_verified: false });
  });
});

describe('a forgotten password', () => {
  const app = useApp();
  const forgot = (email: string) =>
    app().request.post('/api/v1/auth/password/forgot').send({ email });
  const reset = (email: string, code: string, password = 'another evening, another bowl') =>
    app().request.post('/api/v1/auth/password/reset').send({ email, code, password });

  it('is replaced by the mailed code, which ends every session and proves the address', async () => {
    const alice = await app().signUp();
    await forgot(alice.email).expect(204);
    const code = await readCode(app(), alice.email);
    expect((await reset(alice.email, other(code))).body.error.code).to.equal('INVALID_CODE');
    await reset(alice.email, code).expect(204);
    await app().request.get('/api/v1/users/me').set(alice.auth).expect(401);
    await app()
      .request.post('/api/v1/auth/refresh')
      .send({ refresh_token: alice.refreshToken })
      .expect(401);
    const login = (password: string) =>
      app().request.post('/api/v1/auth/login').send({ email: alice.email, password });
    await login(alice.password).expect(401);
    await login('another evening, another bowl').expect(200);
    expect((await reset(alice.email, code)).status).to.equal(422);
    expect((await app().context.db('users').first()).email_verified).to.equal(true);
    const [notice] = await readLetters(app(), alice.email);
    expect(notice?.subject).to.equal('Your password was changed');
  });

  it('answers alike whether the address has an account or not', async () => {
    const alice = await app().signUp();
    const bob = await app().signUp();
    await app().context.db('users').where({ user_id: bob.userId }).update({ status: 'suspended' });
    const seen = [];
    for (const email of [alice.email, bob.email, 'nobody@example.com']) {
      const asked = await forgot(email);
      const tried = await reset(email, '000000');
      const { meta: _, ...body } = tried.body;
      seen.push([asked.status, asked.text, tried.status, body, Object.keys(tried.headers)]);
    }
    expect(seen[1]).to.deep.equal(seen[0]);
    expect(seen[2]).to.deep.equal(seen[0]);
    const asked = await app().context.db('outbox').where({ kind: 'password_requested' });
    expect(asked).to.have.length(3);
    expect(await readLetters(app(), bob.email)).to.be.empty;
  });

  it('limits alike whether the address has an account or not', async () => {
    const alice = await app().signUp();
    for (const email of [alice.email, 'nobody@example.com']) {
      for (let time = 0; time < 5; time += 1) await forgot(email).expect(204);
      await forgot(email).expect(429);
      for (let time = 0; time < 5; time += 1) await reset(email, '000000').expect(422);
      await reset(email, '000000').expect(429);
    }
  });
});
