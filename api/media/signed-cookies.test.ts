import { generateKeyPairSync } from 'node:crypto';

import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { expect } from 'chai';

import { checkCookies, signCookies } from './signed-cookies.js';

const ours = { keyPairId: 'K1', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
const theirs = { keyPairId: 'K1', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
const NOW = new Date('2030-01-01T12:00:00Z');
const LATER = new Date('2030-01-01T12:05:00Z');
const resource = 'https://edge.example/media/one/*';
const url = 'https://edge.example/media/one/r1/1080p.mp4';

const ask = (cookies: Record<string, string>, at = NOW, asked = url, address = '192.0.2.7') =>
  checkCookies(ours, { url: asked, address, cookies: new Map(Object.entries(cookies)) }, at);
const ownPolicy = (statements: unknown[], key = ours) =>
  getSignedCookies({
    keyPairId: key.keyPairId,
    privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    policy: JSON.stringify({ Statement: statements }),
  }) as unknown as Record<string, string>;
const until = (date: Date) => ({ DateLessThan: { 'AWS:EpochTime': date.getTime() / 1000 } });

describe('checking signed cookies', () => {
  const cookies = signCookies(ours, { resource, expiresAt: LATER });

  it('lets the clip they were made for pass', () => {
    expect(ask(cookies)).to.equal(null);
  });

  it('uses no characters that a cookie cannot hold', () => {
    for (const value of Object.values(cookies)) expect(value).to.match(/^[A-Za-z0-9_~-]+$/);
  });

  for (const name of Object.keys(cookies)) {
    it(`misses ${name}`, () => {
      expect(ask({ ...cookies, [name]: '' })).to.equal('SIGNATURE_MISSING');
    });
  }

  it('refuses another clip, another host and another scheme', () => {
    for (const asked of [
      'https://edge.example/media/two/r1/1080p.mp4',
      'https://other.example/media/one/r1/1080p.mp4',
      'http://edge.example/media/one/r1/1080p.mp4',
      'https://edge.example/media/one',
    ]) {
      expect(ask(cookies, NOW, asked), asked).to.equal('SIGNATURE_INVALID');
    }
  });

  it('refuses them from the second they expire at', () => {
    expect(ask(cookies, new Date(LATER.getTime() - 1))).to.equal(null);
    expect(ask(cookies, LATER)).to.equal('SIGNATURE_EXPIRED');
  });

  it('refuses another key pair, and our key pair id over a foreign signature', () => {
    expect(ask({ ...cookies, 'CloudFront-Key-Pair-Id': 'K2' })).to.equal('SIGNATURE_INVALID');
    expect(ask(signCookies(theirs, { resource, expiresAt: LATER }))).to.equal('SIGNATURE_INVALID');
  });

  it('refuses a policy that was changed after it was signed', () => {
    const wider = signCookies(theirs, { resource: 'https://edge.example/*', expiresAt: LATER });
    const mixed = { ...cookies, 'CloudFront-Policy': wider['CloudFront-Policy'] };
    expect(ask(mixed)).to.equal('SIGNATURE_INVALID');
  });

  it('refuses a signed policy that is no policy of ours to know', () => {
    for (const statements of [
      [],
      [{ Resource: resource, Condition: {} }],
      [{ Resource: resource }],
      [{ Resource: resource, Condition: { ...until(LATER), Moon: { Phase: 'full' } } }],
      [
        { Resource: resource, Condition: until(LATER) },
        { Resource: '*', Condition: until(LATER) },
      ],
    ]) {
      expect(ask(ownPolicy(statements)), JSON.stringify(statements)).to.equal('SIGNATURE_INVALID');
    }
  });

  it('holds a policy to its start and its addresses', () => {
    const early = { ...until(LATER), DateGreaterThan: { 'AWS:EpochTime': NOW.getTime() / 1000 } };
    expect(ask(ownPolicy([{ Resource: resource, Condition: early }]))).to.equal(
      'SIGNATURE_INVALID',
    );
    const near = { ...until(LATER), IpAddress: { 'AWS:SourceIp': '192.0.2.0/24' } };
    const local = ownPolicy([{ Resource: resource, Condition: near }]);
    expect(ask(local)).to.equal(null);
    expect(ask(local, NOW, url, '::ffff:192.0.2.9')).to.equal(null);
    expect(ask(local, NOW, url, '203.0.113.9')).to.equal('SIGNATURE_INVALID');
  });

  it('reads ? as one character and * as any number', () => {
    const at = (pattern: string) =>
      ask(ownPolicy([{ Resource: pattern, Condition: until(LATER) }]), NOW, url);
    expect(at('https://edge.example/media/one/r?/*.mp4')).to.equal(null);
    expect(at('*://edge.*/media/*/1080p.mp4*')).to.equal(null);
    expect(at('https://edge.example/media/one/r?/1080p')).to.equal('SIGNATURE_INVALID');
    expect(at('https://edge.example/media/one/r??/*')).to.equal('SIGNATURE_INVALID');
  });

  it('answers a pattern of many stars at once', () => {
    const pattern = `https://edge.example/${'*a'.repeat(60)}b`;
    const long = `https://edge.example/${'a'.repeat(2_000)}`;
    expect(
      ask(ownPolicy([{ Resource: pattern, Condition: until(LATER) }]), NOW, long),
    ).to.not.equal(null);
  });

  it('refuses what is no base64, no JSON or no text at all', () => {
    for (const name of ['CloudFront-Policy', 'CloudFront-Signature']) {
      for (const value of ['%%%', 'AAAA', '~'.repeat(5_000)]) {
        expect(ask({ ...cookies, [name]: value })).to.equal('SIGNATURE_INVALID');
      }
    }
  });
});
