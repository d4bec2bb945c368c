import { expect } from 'chai';

import { neededLevel } from './h264-levels.js';
import { findOdd } from './hls-majority.js';
import { brokenMusts, checkStream, RULES } from './hls-rules.js';
import type { ParsedStream } from './hls-stream.js';

const nothing: ParsedStream = {
  multivariant: { version: 7, isIndependent: true, variants: [], iframeStreams: [], media: [] },
  ...{ tracks: [], deliveries: [] },
};

const delivery = {
  ...({ kind: 'playlist', url: 'https://a.example/x.m3u8', status: 200, redirects: 0 } as const),
  ...{ contentType: 'application/vnd.apple.mpegurl', contentEncoding: 'gzip' },
  isRangeAsked: false,
};

describe('the rules', () => {
  it('have an id of their own each, and Apple’s number or their origin', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).to.equal(RULES.length);
    for (const { apple } of RULES)
      expect(apple).to.match(/^(own|RFC 8216( \d[\d.]*)?|\d+\.\d+.*)$/);
  });

  it('hold nothing against a delivery as it should be', () => {
    const findings = checkStream({ ...nothing, deliveries: [delivery] });
    expect(findings.map(({ rule }) => rule)).to.deep.equal(['variants-exist']);
  });

  const wrong: readonly (readonly [string, Partial<(typeof nothing.deliveries)[number]>])[] = [
    ['mime-types', { contentType: 'text/plain' }],
    ['mime-types', { contentType: null }],
    ['mime-types', { kind: 'media', contentType: 'application/octet-stream' }],
    ['gzip-playlists', { contentEncoding: null }],
    ['no-redirects', { redirects: 1 }],
    ['byte-ranges', { kind: 'media', contentType: 'video/mp4', isRangeAsked: true }],
    ['tls', { url: 'http://a.example/x.m3u8' }],
  ];
  for (const [rule, change] of wrong) {
    it(`find ${JSON.stringify(change)} (${rule})`, () => {
      const findings = checkStream({ ...nothing, deliveries: [{ ...delivery, ...change }] });
      expect(brokenMusts(findings).map((finding) => finding.rule)).to.include(rule);
    });
  }

  it('ask for no TLS on the machine itself', () => {
    const local = { ...delivery, url: 'http://127.0.0.1:8080/x.m3u8' };
    expect(checkStream({ ...nothing, deliveries: [local] })).to.have.length(1);
  });
});

describe('finding the odd ones', () => {
  const odd = (values: number[]) =>
    findOdd(
      values.map((value, index) => ({ name: `r${index}`, value })),
      (a, b) => a === b,
    );

  it('names those that differ from most', () => {
    expect(odd([4, 4, 5])).to.deep.equal(['r2']);
    expect(odd([4, 4])).to.deep.equal([]);
    expect(odd([])).to.deep.equal([]);
  });

  it('blames nobody where no side has the majority', () => {
    expect(odd([4, 5])).to.equal(null);
    expect(odd([4, 4, 5, 5])).to.equal(null);
  });
});

describe('finding the level that pictures need', () => {
  const level = (width: number, height: number, frameRate: number, peak = 1e6) =>
    neededLevel({ width, height, frameRate, peak });

  it('follows size and rate', () => {
    expect(level(1920, 1080, 30)).to.equal(40);
    expect(level(1080, 1920, 60)).to.equal(42);
    expect(level(1280, 720, 30)).to.equal(31);
    expect(level(640, 360, 30)).to.equal(30);
  });

  it('follows the bit rate', () => {
    expect(level(640, 360, 30, 13e6)).to.equal(31);
  });

  it('finds none past 5.2', () => {
    expect(level(7680, 4320, 60)).to.equal(null);
  });
});
