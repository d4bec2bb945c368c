import { expect } from 'chai';
import fc from 'fast-check';

import { buildSource } from '../fixtures/source.js';
import { chooseLadder } from './ladder.js';
import { choosePasses, estimateExtra } from './passes.js';
import type { Source, VideoTrack } from './probe.js';
import { VIDEO_CODECS } from './source-input.js';

const passesOf = (source: Source, mostExtra = 0.1) =>
  choosePasses(source, chooseLadder(source), { mostExtra });
const names = (video: Partial<VideoTrack> = {}, durationMs = 30_000, mostExtra = 0.1) =>
  passesOf(buildSource({ durationMs, video }), mostExtra).map((pass) =>
    pass.map(({ name }) => name).join(' '),
  );
const BT709 = { range: 'tv', matrix: 'bt709', primaries: 'bt709', transfer: 'bt709' } as const;
const sized = (width: number, height: number) => ({
  ...{ width, height, codedWidth: width, codedHeight: height },
});

describe('choosing the passes of a clip', () => {
  it('puts 360p ahead of the rest of half a minute of 1080p', () => {
    expect(names()).to.deep.equal(['360p', '1080p 720p 480p 240p']);
    expect(names(sized(1080, 1920))).to.deep.equal(['360p', '1080p 720p 480p 240p']);
  });

  it('puts 240p ahead where 360p is too much of all the work', () => {
    expect(names(sized(854, 480), 120_000)).to.deep.equal(['240p', '480p 360p']);
  });

  it('encodes at once what is short, and what has one rendition', () => {
    expect(names({}, 9_999)).to.have.lengthOf(1);
    expect(names(sized(320, 180), 300_000)).to.deep.equal(['180p']);
  });

  it('encodes at once what is dear to decode: more than 1080p, a slow codec, other colours, interlace, alpha', () => {
    expect(names(sized(3840, 2160))).to.have.lengthOf(1);
    expect(names({ codec: 'prores' })).to.have.lengthOf(1);
    expect(names({ colour: { ...BT709, primaries: 'smpte432' } })).to.have.lengthOf(1);
    expect(names({ colour: { ...BT709, range: 'pc' } })).to.have.lengthOf(1);
    expect(names({ bitDepth: 10 })).to.have.lengthOf(1);
    expect(names({ isInterlaced: true })).to.have.lengthOf(1);
    expect(names({ decoder: 'libvpx-vp9', codec: 'vp8' })).to.have.lengthOf(1);
  });

  it('puts 360p ahead of HDR, whose encoding is dearer still', () => {
    expect(names({ codec: 'hevc', hdr: 'hlg', bitDepth: 10 })).to.have.lengthOf(2);
  });

  it('counts the pictures that are decoded, not those that are kept', () => {
    expect(names({ measuredFrameRate: 120, frameRate: { num: 60, den: 1 } })).to.have.lengthOf(1);
  });

  it('is never in two where that may cost nothing', () => {
    expect(names({}, 300_000, 0)).to.have.lengthOf(1);
  });

  it('encodes every rendition once, each pass highest first, and keeps to what it may cost', () => {
    const side = fc.integer({ min: 2, max: 4320 });
    const anySource = fc.record({
      width: side,
      height: side,
      codec: fc.constantFrom(...VIDEO_CODECS),
      durationMs: fc.integer({ min: 40, max: 420_000 }),
      rate: fc.integer({ min: 1, max: 60 }),
      mostExtra: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(anySource, ({ width, height, codec, durationMs, rate, mostExtra }) => {
        const frameRate = { num: rate, den: 1 };
        const video = { ...sized(width, height), codec, frameRate, measuredFrameRate: rate };
        const source = buildSource({ durationMs, video });
        const ladder = chooseLadder(source);
        const passes = choosePasses(source, ladder, { mostExtra });
        const inOrder = passes.flat().toSorted((a, b) => b.shortSide - a.shortSide);
        expect(inOrder).to.deep.equal(ladder);
        for (const pass of passes) {
          expect(pass).to.not.have.lengthOf(0);
          expect(pass).to.deep.equal(ladder.filter((rendition) => pass.includes(rendition)));
        }
        if (passes.length === 1) return;
        expect(passes[0]).to.have.lengthOf(1);
        expect(passes[0]?.[0]?.shortSide).to.be.at.most(360);
        expect(estimateExtra(source, ladder)).to.be.at.most(mostExtra);
      }),
    );
  });
});
