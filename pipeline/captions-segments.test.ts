import { expect } from 'chai';
import fc from 'fast-check';

import { type Cue, parseCaptions } from './captions.js';
import { buildSubtitles, cutCaptions } from './captions-segments.js';
import { parseMultivariant } from './hls-parse-multivariant.js';

const HEAD = 'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n';
const cue = (start: number, end: number, text = 'Hello'): Cue => ({
  ...{ start, end, text, settings: '' },
});

describe('cutting captions', () => {
  it('repeats a cue in each segment that it is shown in, with its own times', () => {
    const crossing = '\n00:00:03.000 --> 00:00:08.500\nHello\n';
    expect(cutCaptions([cue(3000, 8500)], [4, 4, 4, 1.5])).to.deep.equal([
      ...[`${HEAD}${crossing}`, `${HEAD}${crossing}`, `${HEAD}${crossing}`],
      HEAD,
    ]);
  });

  it('puts a cue that starts on a boundary behind it', () => {
    const [first, second] = cutCaptions([cue(0, 4000, 'a'), cue(4000, 5000, 'b')], [4, 4]);
    expect(first).to.contain('a').and.not.contain('b');
    expect(second).to.contain('b').and.not.contain('\na');
  });

  it('cuts at the end of the pictures', () => {
    const [only] = cutCaptions([cue(500, 9000), cue(2000, 3000)], [1.5]);
    expect(only).to.equal(`${HEAD}\n00:00:00.500 --> 00:00:01.500\nHello\n`);
  });

  it('loses no cue, whatever the boundaries', () => {
    const cues = fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 9000 })));
    const durations = fc.array(fc.constantFrom(4, 4, 4, 1.5, 0.04), { minLength: 1 });
    fc.assert(
      fc.property(cues, durations, (spans, lengths) => {
        const total = lengths.reduce((sum, length) => sum + length, 0) * 1000;
        const made = spans
          .map(([start, length], index) => cue(start, start + length, `c${index}`))
          .toSorted((a, b) => a.start - b.start);
        let start = 0;
        for (const [at, text] of cutCaptions(made, lengths).entries()) {
          const end = start + (lengths[at] ?? 0) * 1000;
          const due = made
            .filter((each) => each.start < Math.round(total))
            .filter((each) => each.start < end - 1e-6 && each.end > start + 1e-6);
          const found = /\nc\d/.test(text) ? parseCaptions(Buffer.from(text)).cues : [];
          expect(found.map((each) => each.text)).to.deep.equal(due.map((each) => each.text));
          start = end;
        }
      }),
    );
  });
});

describe('a subtitles group', () => {
  const plain = [
    '#EXTM3U',
    '#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.640015,mp4a.40.2",AUDIO="audio"',
    '240p.m3u8\n',
  ].join('\n');
  const pictures = {
    targetDuration: 4,
    segments: [{ uri: '240p.mp4', duration: 2, range: null, map: 0, isDiscontinuity: false }],
  };
  const build = (text: string, ...names: (readonly [string, string])[]) =>
    buildSubtitles(
      { file: 'multivariant.m3u8', text },
      pictures,
      names.map(([language, label]) => ({ language, label, cues: [cue(0, 1000)] })),
    );

  it('is one playlist and its segments per language, and an offer of them', () => {
    const texts = build(plain, ['en', 'English'], ['pt-BR', 'Português']);
    expect([...texts.keys()]).to.deep.equal([
      ...['subtitles-en-0.vtt', 'subtitles-en.m3u8'],
      ...['subtitles-pt-BR-0.vtt', 'subtitles-pt-BR.m3u8', 'multivariant.m3u8'],
    ]);
    const { media, variants } = parseMultivariant(texts.get('multivariant.m3u8') ?? '');
    expect(media.map(({ attributes }) => attributes.get('LANGUAGE')?.text)).to.deep.equal([
      'en',
      'pt-BR',
    ]);
    expect(variants[0]?.attributes.get('SUBTITLES')).to.deep.equal({
      text: 'subtitles',
      isQuoted: true,
    });
  });

  it('takes the place of the one before, and leaves nothing where there are none', () => {
    const first = build(plain, ['en', 'English']).get('multivariant.m3u8') ?? '';
    const second = build(first, ['de', 'Deutsch']).get('multivariant.m3u8') ?? '';
    expect(second).to.equal(build(plain, ['de', 'Deutsch']).get('multivariant.m3u8'));
    expect(build(second).get('multivariant.m3u8')).to.equal(plain);
  });

  it('gives each a name of its own, without quotes', () => {
    const text = build(plain, ['en-GB', 'The "real" one'], ['en-US', 'The "real" one']);
    const { media } = parseMultivariant(text.get('multivariant.m3u8') ?? '');
    expect(media.map(({ attributes }) => attributes.get('NAME')?.text)).to.deep.equal([
      'The ”real” one (en-GB)',
      'The ”real” one (en-US)',
    ]);
  });
});
