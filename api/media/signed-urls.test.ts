import { generateKeyPairSync } from 'node:crypto';

import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { expect } from 'chai';

import { checkSignedUrl, signPrefix } from './signed-urls.js';

const key = { keyPairId: 'K1', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
const NOW = new Date('2030-01-01T12:01:00Z');
const origin = 'https://edge.example';
const opened = signPrefix(key, { origin, prefix: 'images/one/r1/', seconds: 3600 }, NOW);
const url = opened.at('images/one/r1/640.webp');

const check = (asked: string, now = NOW) =>
  checkSignedUrl(key, { url: asked, address: '192.0.2.7' }, now);

describe('signed addresses', () => {
  it('open every file of their prefix, and nothing beside it', () => {
    expect(check(url)).to.equal(null);
    expect(check(url.replace('640.webp', '1280.avif'))).to.equal(null);
    expect(check(url.replace('/r1/', '/r2/'))).to.equal('SIGNATURE_INVALID');
    expect(check(url.replace('edge.example', 'other.example'))).to.equal('SIGNATURE_INVALID');
  });

  it('open for as long as was asked, and stay the same for a quarter of that', () => {
    expect(opened.expiresAt.toISOString()).to.equal('2030-01-01T13:15:00.000Z');
    const later = new Date('2030-01-01T12:14:59Z');
    const again = signPrefix(key, { origin, prefix: 'images/one/r1/', seconds: 3600 }, later);
    expect(again.at('images/one/r1/640.webp')).to.equal(url);
    expect(check(url, new Date(opened.expiresAt.getTime() - 1_000))).to.equal(null);
    expect(check(url, opened.expiresAt)).to.equal('SIGNATURE_EXPIRED');
  });

  it('are those of CloudFront’s own signer, for one file as for many', () => {
    const file = `${origin}/images/one/r1/640.webp`;
    const policy = (resource: string) =>
      JSON.stringify({
        Statement: [
          {
            Resource: resource,
            Condition: { DateLessThan: { 'AWS:EpochTime': NOW.getTime() / 1000 + 60 } },
          },
        ],
      });
    const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const sign = (resource: string, asked = file) =>
      getSignedUrl({ url: asked, keyPairId: 'K1', privateKey, policy: policy(resource) });
    expect(check(sign(file))).to.equal(null);
    expect(check(sign(`${file}?size=2`, `${file}?size=2`))).to.equal(null);
    expect(check(sign(`${origin}/images/two/*`))).to.equal('SIGNATURE_INVALID');
  });

  for (const name of ['Policy', 'Signature', 'Key-Pair-Id']) {
    it(`miss ${name} where it is not there, and where it is there twice`, () => {
      const without = new URL(url);
      without.searchParams.delete(name);
      expect(check(without.href)).to.equal('SIGNATURE_MISSING');
      expect(check(`${url}&${name}=x`)).to.equal('SIGNATURE_MISSING');
    });
  }

  it('are refused with another policy or another key', () => {
    expect(check(url.replace(/Policy=(.)/, 'Policy=A'))).to.equal('SIGNATURE_INVALID');
    const theirs = { keyPairId: 'K1', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
    const forged = signPrefix(theirs, { origin, prefix: 'images/one/r1/', seconds: 60 }, NOW);
    expect(check(forged.at('images/one/r1/640.webp'))).to.equal('SIGNATURE_INVALID');
  });
});
