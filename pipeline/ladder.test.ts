import { expect } from 'chai';
import fc from 'fast-check';

import { buildSource } from '../fixtures/source.js';
import { chooseLadder } from './ladder.js';

const ladder = (width: number, height: number, rate = 30) =>
  chooseLadder(buildSource({ video: { width, height, frameRate: { num: rate, den: 1 } } }));
const names = (width: number, height: number) => ladder(width, height).map(({ name }) => name);

describe('choosing the ladder', () => {
  it('gives a 1080p source every rung, highest first', () => {
    expect(names(1920, 1080)).to.deep.equal(['1080p', '720p', '480p', '360p', '240p']);
  });

  it('gives a source of 500 lines 480, 360 and 240', () => {
    expect(names(888, 500)).to.deep.equal(['480p', '360p', '240p']);
  });

  it('names a portrait source by its short side', () => {
    expect(ladder(1080, 1920)[0]).to.include({ name: '1080p', width: 1080, height: 1920 });
  });

  it('gives a source below the lowest rung one rendition of its own, even size', () => {
    expect(ladder(161, 121)).to.have.lengthOf(1);
    expect(ladder(161, 121)[0]).to.include({ name: '120p', width: 160, height: 120, cap: 400_000 });
  });

  it('lets 60 frames a second cost 1.4 times the cap', () => {
    expect(ladder(1920, 1080, 30)[0]?.cap).to.equal(5_000_000);
    expect(ladder(1920, 1080, 60)[0]?.cap).to.equal(7_000_000);
    expect(ladder(426, 240, 60)[0]?.cap).to.equal(560_000);
  });

  it('never enlarges, keeps sizes even, and keeps the aspect within a hundredth', () => {
    const side = fc.integer({ min: 16, max: 7680 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        fc.pre(Math.max(width, height) / Math.min(width, height) < 4);
        for (const rendition of ladder(width, height)) {
          expect(rendition.width % 2).to.equal(0);
          expect(rendition.height % 2).to.equal(0);
          expect(rendition.width).to.be.at.most(width);
          expect(rendition.height).to.be.at.most(height);
          if (Math.min(width, height) < 240) continue;
          expect(rendition.width / rendition.height / (width / height)).to.be.closeTo(1, 0.01);
        }
      }),
    );
  });

  it('goes strictly down in size and cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 4320 }), (short) => {
        const rungs = ladder(short * 2, short);
        rungs.slice(1).forEach((rung, index) => {
          expect(rung.shortSide).to.be.below(rungs[index]?.shortSide ?? 0);
          expect(rung.cap).to.be.below(rungs[index]?.cap ?? 0);
        });
      }),
    );
  });
});
