import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect } from 'chai';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

import { readLetters } from '../../fixtures/mailbox.js';
import { openTestApp, type TestApp } from '../../fixtures/test-app.js';

const ISSUER = 'https://issuer.example';
const CLIENT = 'our-client';

describe('signing in elsewhere', () => {
  let app: TestApp & { close(): Promise<void> };
  let issuer: Server;
  let fetches = 0;
  let key: Awaited<ReturnType<typeof makeKey>>;
  let published: object[];

  before(async function () {
    this.timeout(60_000);
    key = await makeKey('first');
    published = [key.jwk];
    issuer = createServer((_request, response) => {
      fetches += 1;
      response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const keysUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    app = await openTestApp({
      env: { GOOGLE_CLIENT_IDS: CLIENT, GOOGLE_ISSUER: ISSUER, GOOGLE_KEYS_URL: keysUrl },
    });
  });
  after(async () => {
    await app?.close();
    issuer.close();
  });

  const post = (path: string, body?: object) => app.request.post(`/api/v1${path}`).send(body);
  const getNonce = async (): Promise<string> => (await post('/auth/nonce')).body.data.nonce;
  const facts = (nonce: string, change: JWTPayload = {}): JWTPayload => ({
    ...{ iss: ISSUER, aud: CLIENT, sub: randomUUID(), nonce },
    ...{ email: `${randomUUID()}@example.com`, email_verified: true },
    ...{ iat: now(), exp: now() + 600 },
    ...change,
  });
  const sign = (claims: JWTPayload, by = key) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: by.kid }).sign(by.privateKey);
  const enter = (id_token: string, nonce: string, more = {}) =>
    post('/auth/google', { id_token, nonce, ...more });

  async function enterAs(change: JWTPayload = {}) {
    const nonce = await getNonce();
    const claims = facts(nonce, change);
    const { status, body } = await enter(await sign(claims), nonce, { display_name: 'Ada' });
    return { claims, status, body };
  }

  it('opens an account the first time, and finds it the next, by issuer and subject', async () => {
    const first = await enterAs();
    expect(first.status).to.equal(200);
    expect(first.body.data).to.include({ email: first.claims.email, user_type: 'viewer' });
    const { sub } = first.claims;
    const again = await enterAs({ ...(sub && { sub }), email: 'moved@example.com' });
    expect(again.body.data.user_id).to.equal(first.body.data.user_id);
    const me = await app.request
      .get('/api/v1/users/me')
      .set('Authorization', `Bearer ${first.body.data.access_token}`);
    expect(me.body.data).to.include({ email_verified: true });
    expect(me.body.data.profile.display_name).to.equal('Ada');
  });

  it('takes a nonce once, ours alone, as it is or hashed', async () => {
    const nonce = await getNonce();
    const token = await sign(facts(nonce));
    await enter(token, nonce).expect(200);
    await enter(token, nonce).expect(401);
    await enter(await sign(facts('made up')), 'made up').expect(401);
    const next = await getNonce();
    const hashed = createHash('sha256').update(next).digest('hex');
    await enter(await sign(facts(hashed)), next).expect(200);
  });

  it('refuses what is for others, outdated, unsigned, not verified, or signed by another', async () => {
    const wrong: JWTPayload[] = [
      { aud: 'another-client' },
      { iss: 'https://evil.example' },
      { exp: now() - 60 },
      { nonce: 'another' },
      { email_verified: false },
    ];
    for (const change of wrong) {
      const { status, body } = await enterAs(change);
      expect([status, body.error.code], JSON.stringify(change)).to.deep.equal([
        ...[401, 'INVALID_ID_TOKEN'],
      ]);
    }
    const nonce = await getNonce();
    const claims = facts(nonce);
    const forger = await makeKey('first');
    await enter(await sign(claims, forger), nonce).expect(401);
    await enter(new UnsecuredJWT(claims).encode(), nonce).expect(401);
    const hmac = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: key.kid });
    await enter(await hmac.sign(Buffer.from(JSON.stringify(key.jwk))), nonce).expect(401);
    await enter('no.token', nonce).expect(401);
  });

  it('links an address that both sides verified, and tells its owner', async () => {
    const alice = await app.signUp();
    await app.context.db('users').where({ user_id: alice.userId }).update({ email_verified: true });
    const { body } = await enterAs({ email: alice.email });
    expect(body.data.user_id).to.equal(alice.publicId);
    const [letter] = await readLetters(app, alice.email);
    expect(letter?.subject).to.equal('Another way to sign in was added');
  });

  it('links no address that was only claimed here, but by its account itself', async () => {
    const alice = await app.signUp();
    const sub = randomUUID();
    const refused = await enterAs({ email: alice.email, sub });
    expect([refused.status, refused.body.error.code]).to.deep.equal([409, 'LINK_REQUIRED']);
    const nonce = await getNonce();
    const link = (user: { auth: object }, token: string, word: string) =>
      post('/users/me/identities', { provider: 'google', id_token: token, nonce: word }).set(
        user.auth as { Authorization: string },
      );
    const token = await sign(facts(nonce, { email: alice.email, sub }));
    await link(alice, token, nonce).expect(204);
    expect((await enterAs({ sub })).body.data.user_id).to.equal(alice.publicId);
    const mallory = await app.signUp();
    const another = await getNonce();
    await link(mallory, await sign(facts(another, { sub })), another).expect(409);
  });

  it('lists the ways into an account, and takes one off that is not the last', async () => {
    const { claims, body } = await enterAs();
    const auth = { Authorization: `Bearer ${body.data.access_token}` };
    const list = async () =>
      (await app.request.get('/api/v1/users/me/identities').set(auth)).body.data.identities;
    const remove = (provider: string) =>
      app.request.delete(`/api/v1/users/me/identities/${provider}`).set(auth);
    expect((await list()).map(({ provider }: { provider: string }) => provider)).to.deep.equal([
      'google',
    ]);
    const last = await remove('google');
    expect([last.status, last.body.error.code]).to.deep.equal([409, 'LAST_SIGN_IN']);
    await remove('apple').expect(404);
    const users = app.context.db('users').where({ email: body.data.email });
    await users.update({ password_hash: 'one that they have set' });
    await remove('google').expect(204);
    expect(await list()).to.deep.equal([]);
    const subjects = await app.context.db('identities').pluck('subject');
    expect(subjects).to.not.include(claims.sub);
    const letters = await readLetters(app, body.data.email);
    expect(letters.map(({ subject }) => subject)).to.include('A way to sign in was taken off');
  });

  it('refuses a suspended account, and one that is deleted', async () => {
    const { claims, body } = await enterAs();
    const { db } = app.context;
    const sub = String(claims.sub);
    const users = db('users').where({ email: body.data.email });
    await users.clone().update({ status: 'suspended' });
    expect((await enterAs({ sub })).status).to.equal(403);
    await users.clone().update({ status: 'deleted' });
    expect((await enterAs({ sub })).status).to.equal(401);
  });

  it('keeps the keys, and is off for a provider without a client', async () => {
    const before = fetches;
    await enterAs();
    await enterAs();
    expect(fetches).to.equal(before);
    const { status, body } = await post('/auth/apple', { id_token: 'x', nonce: 'y' });
    expect([status, body.error.code]).to.deep.equal([409, 'PROVIDER_OFF']);
  });

  it('takes a key that the issuer changed to', async function () {
    this.timeout(60_000);
    const next = await makeKey('second');
    published = [next.jwk];
    const fresh = await openTestApp({
      env: {
        GOOGLE_CLIENT_IDS: CLIENT,
        GOOGLE_ISSUER: ISSUER,
        GOOGLE_KEYS_URL: app.context.config.providers.google.keysUrl,
        DATABASE_URL: app.context.config.database.url ?? '',
      },
    });
    try {
      const nonce = await getNonce();
      const answer = await fresh.request
        .post('/api/v1/auth/google')
        .send({ id_token: await sign(facts(nonce), next), nonce });
      expect(answer.status).to.equal(200);
    } finally {
      await fresh.close();
    }
  });
});

const now = () => Math.floor(Date.now() / 1000);

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    kid,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
  };
}
