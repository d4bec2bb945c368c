import { expect } from 'chai';
import fc from 'fast-check';

import { chooseOrigin, countLateSamples } from './alignment.js';

const RATE = { num: 30, den: 1 };

describe('beginning a timeline', () => {
  it('starts with the pictures where they come first or alone', () => {
    expect(chooseOrigin(5, RATE, null)).to.equal(5);
    expect(chooseOrigin(5, RATE, 5.5)).to.equal(5);
  });

  it('lets late pictures wait a whole number of frames', () => {
    expect(chooseOrigin(0.021, RATE, 0)).to.be.closeTo(0.021 - 1 / 30, 1e-9);
    expect(chooseOrigin(0.01, RATE, 0)).to.equal(0.01);
  });

  it('cuts no sound that can be heard, however slow the pictures', () => {
    expect(chooseOrigin(0.4, { num: 1, den: 1 }, 0)).to.be.closeTo(-0.6, 1e-9);
  });

  it('stays within a frame of the first sample, at any rate', () => {
    const rates = fc.constantFrom(1, 8, 12, 24, 25, 30, 50, 60);
    fc.assert(
      fc.property(rates, fc.double({ min: 0, max: 3, noNaN: true }), (num, late) => {
        const origin = chooseOrigin(late, { num, den: 1 }, 0);
        expect(Math.abs(origin)).to.be.at.most(1 / num + 1e-9);
        expect(origin).to.be.at.most(0.02 + 1e-9);
        const frames = (late - origin) * num;
        expect(frames).to.be.closeTo(Math.round(frames), 1e-6);
      }),
    );
  });

  it('counts the silence before late sound, and what is cut of early sound', () => {
    expect(countLateSamples(10.5, 10, 48_000)).to.equal(24_000);
    expect(countLateSamples(0, 0.01, 48_000)).to.equal(-480);
  });
});
