import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';

import { readLetters } from '../../fixtures/mailbox.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

describe('two-step sign-in', () => {
  const app = useApp();
  const post = (path: string, user: TestUser | null, body?: object) =>
    app()
      .request.post(`/api/v1/auth/${path}`)
      .set(user?.auth ?? {})
      .send(body);
  const login = (user: TestUser) =>
    post('login', null, { email: user.email, password: user.password });
  const second = (token: string, code: string) => post('mfa', null, { mfa_token: token, code });
  const codeAt = (secret: string, seconds = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: Date.now() + seconds * 1000,
    });

  /** On since the step before this one, so that this one's code is still good. */
  async function turnOn() {
    const alice = await app().signUp();
    const { body } = await post('mfa/totp', alice);
    const { secret, otpauth_uri: uri } = body.data;
    expect(uri).to.match(/^otpauth:\/\/totp\/.*issuer=Video%20Window/);
    const on = await post('mfa/totp/verify', alice, { code: codeAt(secret, -30) });
    expect(on.status).to.equal(200);
    return { alice, secret: String(secret), recovery: on.body.data.recovery_codes as string[] };
  }

  it('is on only once a code was shown, and then tells its user', async () => {
    const alice = await app().signUp();
    const { body } = await post('mfa/totp', alice);
    expect((await login(alice)).body.data).to.have.property('access_token');
    expect((await post('mfa/totp/verify', alice, { code: '000000' })).status).to.equal(422);
    const code = codeAt(body.data.secret);
    const on = await post('mfa/totp/verify', alice, { code });
    expect(new Set(on.body.data.recovery_codes).size).to.equal(10);
    expect((await post('mfa/totp', alice)).status).to.equal(409);
    const [letter] = await readLetters(app(), alice.email);
    expect(letter?.subject).to.equal('Two-step sign-in is on');
  });

  it('answers a password with a challenge that is no token, and a code with the tokens', async () => {
    const { alice, secret } = await turnOn();
    const { status, body } = await login(alice);
    expect(status).to.equal(200);
    expect(Object.keys(body.data)).to.have.members(['mfa_required', 'mfa_token', 'methods']);
    const half = { Authorization: `Bearer ${body.data.mfa_token}` };
    await app().request.get('/api/v1/users/me').set(half).expect(401);
    await post('refresh', null, { refresh_token: body.data.mfa_token }).expect(401);
    const done = await second(body.data.mfa_token, codeAt(secret));
    expect(done.body.data).to.include({ email: alice.email, user_id: alice.publicId });
    const auth = { Authorization: `Bearer ${done.body.data.access_token}` };
    const me = await app().request.get('/api/v1/users/me').set(auth);
    expect(me.body.data.two_step).to.equal(true);
    expect((await second(body.data.mfa_token, codeAt(secret, 30))).status).to.equal(401);
  });

  it('takes a code once, also from two at the same time', async () => {
    const { alice, secret } = await turnOn();
    const tokens = await Promise.all([login(alice), login(alice), login(alice)]);
    const code = codeAt(secret);
    const answers = await Promise.all(tokens.map(({ body }) => second(body.data.mfa_token, code)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([200, 401, 401]);
  });

  it('takes each recovery code once', async () => {
    const { alice, recovery } = await turnOn();
    const [first = ''] = recovery;
    const enter = async (code: string) =>
      (await second((await login(alice)).body.data.mfa_token, code)).status;
    expect(await enter(first.toUpperCase().replace('-', ' '))).to.equal(200);
    expect(await enter(first)).to.equal(401);
    expect(await enter(recovery[1] ?? '')).to.equal(200);
  });

  it('shuts out after five wrong codes, whatever new challenges are asked for', async () => {
    const { alice, secret } = await turnOn();
    for (let time = 0; time < 5; time += 1) {
      const { body } = await login(alice);
      expect((await second(body.data.mfa_token, 'aaaaa-aaaaa')).status).to.equal(401);
    }
    const { body } = await login(alice);
    const refused = await second(body.data.mfa_token, codeAt(secret));
    expect(refused.status).to.equal(429);
    expect(refused.headers).to.have.property('retry-after');
  });

  it('takes a challenge from the device that asked for it, for five minutes', async () => {
    const { alice, secret } = await turnOn();
    const { body } = await login(alice);
    const elsewhere = await app()
      .request.post('/api/v1/auth/mfa')
      .set('User-Agent', 'Safari')
      .send({ mfa_token: body.data.mfa_token, code: codeAt(secret) });
    expect(elsewhere.status).to.equal(401);
    const { db } = app().context;
    await db('sign_in_challenges').update({ expires_at: new Date() });
    expect((await second(body.data.mfa_token, codeAt(secret))).status).to.equal(401);
  });

  it('makes step-up ask for a code in place of the password', async () => {
    const { alice, secret } = await turnOn();
    const { db } = app().context;
    await db('sessions').update({ confirmed_at: null });
    const off = () => app().request.delete('/api/v1/auth/mfa/totp').set(alice.auth);
    expect((await off()).body.error.code).to.equal('STEP_UP_REQUIRED');
    expect((await post('confirm', alice, { password: alice.password })).status).to.equal(422);
    expect((await post('confirm', alice, { code: 'aaaaa-aaaaa' })).status).to.equal(403);
    expect((await post('confirm', alice, { code: codeAt(secret) })).status).to.equal(204);
    const renewed = await post('mfa/recovery-codes', alice);
    expect(renewed.body.data.recovery_codes).to.have.length(10);
    expect((await off()).status).to.equal(204);
    expect((await off()).status).to.equal(409);
    expect((await login(alice)).body.data).to.have.property('access_token');
    expect(await db('recovery_codes').select()).to.be.empty;
  });

  it('stores neither the secret nor a recovery code in clear', async () => {
    const { secret, recovery } = await turnOn();
    const { db } = app().context;
    const [factor] = await db('second_factors').select();
    const bytes = Buffer.from(Secret.fromBase32(secret).bytes);
    expect(factor.sealed_secret.includes(bytes)).to.equal(false);
    const rows = JSON.stringify(await db('recovery_codes').select());
    expect(rows).not.to.include(Buffer.from(recovery[0] ?? '').toString('hex'));
  });
});
