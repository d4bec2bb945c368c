import { expect } from 'chai';
import fc from 'fast-check';

import {
  chooseLevel,
  chooseTail,
  guessCorrection,
  readLoudness,
  reviseLevel,
  wasInterrupted,
} from './sound-level.js';

const summary = (integrated: string, peak: string) =>
  `[info] Summary:\n\n  Integrated loudness:\n    I:         ${integrated} LUFS\n    Threshold: -33.5 LUFS\n\n` +
  `  True peak:\n    Peak:       ${peak} dBFS\n`;

describe('measuring loudness', () => {
  it('reads the summary of the meter, of several the last', () => {
    const found = { integrated: -23.4, truePeak: -3.1 };
    expect(readLoudness(summary('-23.4', '-3.1'))).to.deep.equal(found);
    expect(readLoudness(summary('-50.0', '-9.0') + summary('-23.4', '-3.1'))).to.deep.equal(found);
  });

  it('finds none in silence', () => {
    expect(readLoudness(summary('-70.0', '-inf'))).to.equal(null);
    expect(readLoudness(summary('nan', 'nan'))).to.equal(null);
    expect(readLoudness('')).to.equal(null);
  });

  it('knows the peak of what is too short or too faint to have a loudness', () => {
    const click = { integrated: -70, truePeak: -0.5 };
    expect(readLoudness(summary('-70.0', '-0.5'))).to.deep.equal(click);
    expect(readLoudness(summary('-inf', '-0.5'))).to.deep.equal(click);
  });

  it('notices that the meter began anew', () => {
    expect(wasInterrupted(summary('-23.4', '-3.1'))).to.equal(false);
    expect(wasInterrupted(summary('-23.4', '-3.1') + summary('-23.4', '-3.1'))).to.equal(true);
  });

  it('counts the silence after sound that ends early, or is shorter than a block', () => {
    expect(chooseTail(3, 3, 3.02)).to.equal(0);
    expect(chooseTail(3, 3, 9)).to.equal(0.4);
    expect(chooseTail(0.1, 0.1, 0.1)).to.be.closeTo(0.3, 1e-9);
  });
});

describe('choosing a level', () => {
  it('brings loud and quiet clips to the same loudness', () => {
    expect(chooseLevel({ integrated: -6, truePeak: 0 })).to.deep.equal({
      gainDb: -10,
      limitDbtp: null,
    });
    expect(chooseLevel({ integrated: -26, truePeak: -20 })).to.deep.equal({
      gainDb: 10,
      limitDbtp: null,
    });
  });

  it('limits peaks that would pass the true-peak bound', () => {
    expect(chooseLevel({ integrated: -26, truePeak: -3 }).limitDbtp).to.equal(-2);
    expect(chooseLevel({ integrated: -70, truePeak: 0 })).to.deep.equal({
      gainDb: 0,
      limitDbtp: -2,
    });
  });

  it('expects limiting to take more from sound whose peaks stand far out', () => {
    expect(guessCorrection({ integrated: -20, truePeak: -5 })).to.equal(0);
    expect(guessCorrection({ integrated: -21, truePeak: 0.5 })).to.be.closeTo(0.9, 0.01);
  });

  it('leaves the noise of a quiet room quiet', () => {
    expect(chooseLevel({ integrated: -68, truePeak: -60 }).gainDb).to.be.below(4);
    expect(chooseLevel({ integrated: -48, truePeak: -40 }).gainDb).to.equal(30);
  });

  it('holds back no peak by more than 24 dB, so that what lies between clicks stays quiet', () => {
    expect(chooseLevel({ integrated: -45, truePeak: 0 }, 12).gainDb).to.equal(22);
  });

  it('keeps its bounds whatever is measured', () => {
    const measured = fc.record({
      integrated: fc.double({ min: -70, max: 20, noNaN: true }),
      truePeak: fc.double({ min: -90, max: 24, noNaN: true }),
    });
    fc.assert(
      fc.property(measured, fc.double({ min: 0, max: 12, noNaN: true }), (loudness, more) => {
        const { gainDb, limitDbtp } = chooseLevel(loudness, more);
        expect(gainDb).to.be.at.most(30);
        expect(loudness.truePeak + gainDb).to.be.at.most(limitDbtp === null ? -2 : 22 + 1e-9);
      }),
    );
  });

  it('leaves silence alone', () => {
    expect(chooseLevel(null)).to.deep.equal({ gainDb: 0, limitDbtp: null });
  });
});

describe('revising a level', () => {
  const level = { gainDb: 6, limitDbtp: null };

  it('leaves alone what came out as it was meant', () => {
    expect(reviseLevel(level, { integrated: -16.3, truePeak: -1.2 }, -16)).to.equal(null);
  });

  it('limits further where encoding added to the peaks', () => {
    const revised = reviseLevel(level, { integrated: -16, truePeak: -0.3 }, -16);
    expect(revised?.gainDb).to.equal(6);
    expect(revised?.limitDbtp).to.be.closeTo(-3, 0.001);
  });

  it('makes up for what encoding took away, by 3 dB at most, and never without a limit', () => {
    const heard = { integrated: -18, truePeak: -9 };
    expect(reviseLevel(level, heard, -16)).to.deep.equal({ gainDb: 8, limitDbtp: -2 });
    expect(reviseLevel(level, { ...heard, integrated: -40 }, -16)?.gainDb).to.equal(9);
    expect(reviseLevel({ gainDb: 9, limitDbtp: -2 }, heard, -16, level)).to.equal(null);
    expect(reviseLevel(level, { ...heard, integrated: -70 }, -16)).to.equal(null);
  });
});
