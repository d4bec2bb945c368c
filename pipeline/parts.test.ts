import { expect } from 'chai';
import fc from 'fast-check';

import { buildSource } from '../fixtures/source.js';
import { countFrames, pictureCommand, toGopStart } from './encode.js';
import { chooseLadder } from './ladder.js';
import { chooseParts, cutParts } from './parts.js';
import type { Source, VideoTrack } from './probe.js';

const RATES = [
  ...[1, 12, 24, 25, 30, 50, 60].map((num) => ({ num, den: 1 })),
  ...[24_000, 30_000, 60_000].map((num) => ({ num, den: 1001 })),
  ...[
    { num: 25, den: 2 },
    { num: 14_985, den: 1000 },
  ],
];
const longFilms = fc
  .record({
    durationMs: fc.integer({ min: 90_001, max: 600_000 }),
    frameRate: fc.constantFrom(...RATES),
    origin: fc.constantFrom(-1, 0, 0.021, 36_000),
    late: fc.double({ min: 0, max: 3, noNaN: true }),
    count: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ durationMs, frameRate, origin, late, count }) => {
    const start = origin + late;
    const video = { frameRate, start, end: origin + durationMs / 1000 };
    return { source: buildSource({ durationMs, origin, video }), count };
  });

describe('cutting a clip into parts', () => {
  it('covers every frame once, from cut to cut', () => {
    fc.assert(
      fc.property(longFilms, ({ source, count }) => {
        const parts = cutParts(source, count);
        expect(parts).to.have.lengthOf(count);
        expect(parts[0]?.first).to.equal(0);
        expect(parts.at(-1)?.end).to.equal(countFrames(source));
        parts.forEach(({ first, end }, at) => {
          expect(end).to.be.above(first);
          if (at > 0) expect(first).to.equal(parts[at - 1]?.end);
        });
      }),
    );
  });

  it('cuts at the first frame at or after a multiple of two seconds', () => {
    fc.assert(
      fc.property(longFilms, ({ source, count }) => {
        const { num, den } = source.video.frameRate;
        for (const { first } of cutParts(source, count)) {
          const gop = Math.floor((first * den) / (2 * num));
          expect(toGopStart(gop, source.video.frameRate)).to.equal(first);
          expect(first * den).to.be.at.least(gop * 2 * num);
          expect((first - 1) * den).to.be.below(gop * 2 * num);
        }
      }),
    );
  });

  it('makes parts that differ by little', () => {
    fc.assert(
      fc.property(longFilms, ({ source, count }) => {
        const { num, den } = source.video.frameRate;
        const lengths = cutParts(source, count).map(({ first, end }) => end - first);
        const spread = ((Math.max(...lengths) - Math.min(...lengths)) * den) / num;
        expect(spread).to.be.at.most(4 + den / num);
      }),
    );
  });

  it('decodes from before the first picture of a part, and never from before the film', () => {
    fc.assert(
      fc.property(longFilms, ({ source, count }) => {
        const { origin, video } = source;
        const frame = video.frameRate.den / video.frameRate.num;
        for (const { first, seek } of cutParts(source, count)) {
          if (seek === null) continue;
          expect(seek).to.be.above(video.start);
          expect(seek + (video.seekLead ?? 0) + frame).to.be.below(origin + first * frame);
        }
      }),
    );
  });

  it('goes no further than the pictures where the sound is longer', () => {
    const source = buildSource({ durationMs: 180_000, video: { end: 20 } });
    expect(cutParts(source, 4).at(-1)?.seek).to.be.below(20 - 0.1);
  });

  it('sets the keyframes of each part where the whole has them', () => {
    const frameRate = { num: 30_000, den: 1001 };
    const source = buildSource({ durationMs: 180_000, video: { frameRate, end: 180 } });
    const [, cut] = cutParts(source, 4);
    const outputs = chooseLadder(source).map((rendition) => ({ rendition, path: '/out.mp4' }));
    const tools = { threads: 1, scaler: 'swscale' } as const;
    const command = pictureCommand(source, '/in.mov', outputs, tools, { cut });
    expect(cut?.first).to.equal(1379);
    expect(command.outputs[0]?.options).to.include('expr:gte((n+1379)*1001,(n_forced+23)*60000)');
    expect(command.complexFilter).to.contain(
      'trim=start_pts=1379:end_pts=2698,setpts=PTS-STARTPTS',
    );
    expect(command.inputs[0]?.options.join(' ')).to.match(
      /-seek_timestamp 1 -noaccurate_seek -ss 45\.7\d+ /,
    );
  });
});

describe('choosing how many parts a clip is encoded in', () => {
  const rule = { splitSeconds: 90, slots: 2 };
  const long = (seconds: number, video: Partial<VideoTrack> = {}, more: Partial<Source> = {}) =>
    buildSource({
      ...{ durationMs: seconds * 1000, container: more.container ?? 'mov' },
      video: { end: seconds, ...video },
    });

  it('takes an even number, of up to eight', () => {
    const counts = [91, 120, 180, 300, 600].map((seconds) => chooseParts(long(seconds), rule));
    expect(counts).to.deep.equal([4, 4, 6, 8, 8]);
  });

  it('leaves short clips whole', () => {
    expect([10, 60, 90].map((seconds) => chooseParts(long(seconds), rule))).to.deep.equal([
      1, 1, 1,
    ]);
  });

  it('leaves all whole where nobody could help, or where that is wished', () => {
    expect(chooseParts(long(180), { ...rule, slots: 1 })).to.equal(1);
    expect(chooseParts(long(180), { ...rule, splitSeconds: 0 })).to.equal(1);
  });

  it('takes no more parts than there are groups of pictures', () => {
    expect(chooseParts(long(7), { splitSeconds: 2, slots: 2 })).to.equal(4);
  });

  it('leaves whole what would not come out of the middle as it does of the whole', () => {
    const odd = [
      long(180, { isInterlaced: true }),
      long(180, { codec: 'mpeg4' }),
      long(180, { delay: 0.1 }),
      long(180, { seekLead: null }),
      long(180, { seekLead: 9 }),
      long(180, {}, { container: 'mpegts' }),
      long(180, {}, { container: 'avi' }),
    ];
    expect(odd.map((source) => chooseParts(source, rule))).to.deep.equal(odd.map(() => 1));
  });
});
