import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { loadConfig } from './config.js';
import { openKeys } from './keys.js';

describe('opening the signing keys', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vw-keys-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));
  const open = (env: NodeJS.ProcessEnv = {}) => openKeys(loadConfig({ DATA_DIR: dataDir, ...env }));

  it('makes them once, for our eyes only, and finds them again', async () => {
    const first = await open();
    const second = await open();
    expect(second.tokens.kid).to.equal(first.tokens.kid);
    expect(second.playback.privateKey.equals(first.playback.privateKey)).to.equal(true);
    expect(second.secrets).to.deep.equal(first.secrets);
    for (const name of ['tokens.pem', 'playback.pem', 'secrets.key']) {
      expect((await stat(join(dataDir, 'keys', name))).mode & 0o777).to.equal(0o600);
    }
  });

  it('gives the same ones to processes that start together, and leaves no draft', async () => {
    const all = await Promise.all([open(), open(), open(), open()]);
    expect(new Set(all.map((keys) => keys.tokens.kid)).size).to.equal(1);
    expect(await readdir(join(dataDir, 'keys'))).to.have.members([
      'tokens.pem',
      'playback.pem',
      'secrets.key',
    ]);
  });

  it('gives pairs that belong together, one for each purpose', async () => {
    const { tokens, playback } = await open();
    const signature = sign('sha256', Buffer.from('x'), tokens.privateKey);
    expect(verify('sha256', Buffer.from('x'), tokens.publicKey, signature)).to.equal(true);
    expect(verify('sha256', Buffer.from('x'), playback.publicKey, signature)).to.equal(false);
  });

  it('takes them from the settings, also written on one line, and writes nothing', async () => {
    const pem = privatePem(2048);
    const previous = createPublicKey(privatePem(2048)).export({ type: 'spki', format: 'pem' });
    const keys = await open({
      TOKEN_PRIVATE_KEY: pem.replaceAll('\n', '\\n'),
      TOKEN_PREVIOUS_PUBLIC_KEY: `${previous}${createPublicKey(privatePem(2048)).export({ type: 'spki', format: 'pem' })}`,
      SECRETS_KEY: 'thirty-two characters or more of it',
      CLOUDFRONT_PRIVATE_KEY: pem,
      CLOUDFRONT_KEY_PAIR_ID: 'K2JCJMDEHXQW5F',
    });
    expect(keys.tokens.privateKey.equals(keys.playback.privateKey)).to.equal(true);
    expect(keys.tokens.previous).to.have.length(2);
    expect(keys.tokens.previous.map((key) => key.kid)).to.not.include(keys.tokens.kid);
    expect(keys.playback.keyPairId).to.equal('K2JCJMDEHXQW5F');
    expect(await readdir(dataDir)).to.deep.equal([]);
  });

  it('names the setting whose key is not usable', async () => {
    for (const wrong of ['no key', privatePem(1024)]) {
      const failure = await open({ TOKEN_PRIVATE_KEY: wrong }).catch((err: Error) => err.message);
      expect(failure).to.match(/^TOKEN_PRIVATE_KEY/);
    }
  });
});

const privatePem = (modulusLength: number) =>
  String(
    generateKeyPairSync('rsa', { modulusLength }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
  );
