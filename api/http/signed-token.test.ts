import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

import { expect } from 'chai';

import { clockAt } from '../../fixtures/clock.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { signToken, verifyToken } from './signed-token.js';

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

describe('a bearer token', () => {
  const app = useApp({ keepRows: true });
  let alice: TestUser;
  before(async () => {
    alice = await app().signUp();
  });
  const ask = (token: string) =>
    app().request.get('/api/v1/users/me').set('Authorization', `Bearer ${token}`);
  const partsOf = (token: string) =>
    token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const forge = (changes: { header?: object; claims?: object }) => {
    const [header, claims] = partsOf(alice.accessToken);
    const text = `${encode({ ...header, ...changes.header })}.${encode({ ...claims, ...changes.claims })}`;
    const { privateKey } = app().context.keys.tokens;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const refused = async (token: string, why: string) => {
    const { status, body } = await ask(token);
    expect([status, body.error?.code], why).to.deep.equal([401, 'INVALID_TOKEN']);
  };

  it('of ours is accepted, also when only re-signed', async () => {
    expect((await ask(alice.accessToken)).status).to.equal(200);
    expect((await ask(forge({}))).status).to.equal(200);
  });

  it('without a signature is refused, whatever the case of "none"', async () => {
    const [header, claims] = partsOf(alice.accessToken);
    for (const alg of ['none', 'None', 'nOnE']) {
      await refused(`${encode({ ...header, alg })}.${encode(claims)}.`, alg);
    }
  });

  it('signed with the public key as a secret is refused', async () => {
    const { publicKey } = app().context.keys.tokens;
    const [header, claims] = partsOf(alice.accessToken);
    const text = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
    ]) {
      await refused(
        `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`,
        'HS256',
      );
    }
  });

  it('that brings or points to a key of its own is refused', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const headers = [
      { jwk: stranger.publicKey.export({ format: 'jwk' }) },
      { jku: 'http://127.0.0.1:1/keys' },
      { x5u: 'http://127.0.0.1:1/cert' },
      { x5c: ['MII'] },
      { kid: '../../etc/passwd' },
      { kid: "' or 1=1 --" },
      { kid: 'k'.repeat(3_000) },
    ];
    for (const header of headers) await refused(forge({ header }), Object.keys(header).join());
    const [header, claims] = partsOf(alice.accessToken);
    const text = `${encode(header)}.${encode(claims)}`;
    const foreign = sign('RSA-SHA256', Buffer.from(text), stranger.privateKey);
    await refused(`${text}.${foreign.toString('base64url')}`, 'another key');
  });

  it('with a wrong, missing or outdated claim is refused, though well signed', async () => {
    const wrong = [
      { header: { typ: 'ops+jwt' } },
      { header: { typ: 'JWT' } },
      { claims: { aud: 'video-window-ops' } },
      { claims: { iss: 'somebody' } },
      { claims: { exp: undefined } },
      { claims: { exp: now() - 24 * 3600 } },
      { claims: { nbf: now() + 3600 } },
      { claims: { sid: undefined } },
      { claims: { sid: crypto.randomUUID() } },
      { claims: { sub: crypto.randomUUID() } },
    ];
    for (const changes of wrong) await refused(forge(changes), JSON.stringify(changes));
  });

  it('of another use is refused: the refresh token, the cookie of operations, garbage', async () => {
    const claims = { userId: alice.userId, sessionId: partsOf(alice.accessToken)[1].sid };
    await refused(signToken(app().context, 'ops', claims, 60), 'ops');
    await refused(alice.refreshToken, 'refresh');
    for (const text of ['x', 'a.b', 'a.b.c', '....', 'x'.repeat(5_000)]) await refused(text, text);
  });

  it('of a key that was signed with before is accepted', () => {
    const { context } = app();
    const old = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const before = {
      ...context,
      clock: clockAt('2030-01-01T12:00:00Z'),
      keys: {
        ...context.keys,
        tokens: { ...old, kid: 'old', previous: [] },
      },
    };
    const after = {
      ...before,
      keys: { ...before.keys, tokens: { ...context.keys.tokens, previous: [before.keys.tokens] } },
    };
    const token = signToken(
      before,
      'access',
      { userId: alice.userId, sessionId: alice.userId },
      60,
    );
    expect(verifyToken(after, 'access', token).userId).to.equal(alice.userId);
    expect(() => verifyToken({ ...after, keys: context.keys }, 'access', token)).to.throw();
  });

  it('can be checked by anybody with the published keys', async () => {
    const { body, headers } = await app().request.get('/.well-known/jwks.json');
    expect(headers['content-type']).to.match(/^application\/json/);
    const [key] = body.keys;
    expect(key).to.include({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(key.kid).to.equal(partsOf(alice.accessToken)[0].kid);
    expect(Object.keys(key)).not.to.include.members(['d']);
  });
});
