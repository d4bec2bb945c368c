import { expect } from 'chai';

import { isWhole } from './rendition-index.js';

describe('holding a rendition against its source’s length', () => {
  const frames = (count: number, rate: number) => ({ duration: count / rate, sampleRate: rate });

  it('takes the nearest whole number of frames, however slow they are', () => {
    expect(isWhole(frames(23, 1.788), 12_599)).to.be.true;
    expect(isWhole(frames(12, 1), 12_499)).to.be.true;
    expect(isWhole(frames(378, 30), 12_599)).to.be.true;
  });

  it('misses what ffmpeg left out', () => {
    expect(isWhole(frames(360, 30), 12_599)).to.be.false;
    expect(isWhole(frames(11, 1), 12_499)).to.be.false;
    expect(isWhole(frames(400, 30), 12_599)).to.be.false;
  });
});
