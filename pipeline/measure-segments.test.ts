import { expect } from 'chai';
import fc from 'fast-check';

import type { Fragment } from './boxes.js';
import {
  averageBitrate,
  countSegments,
  measureSegments,
  peakBitrate,
  peakWindowBitrate,
} from './measure-segments.js';

const TIMESCALE = 48_000;
const track = { id: 1, timescale: TIMESCALE };

/** Fragments of the given lengths in units, one behind the other, 100 bytes each. */
function fragments(lengths: readonly number[]): Fragment[] {
  let time = 0;
  return lengths.map((duration, index) => {
    const offset = 500 + index * 100;
    const sample = { offset, size: 10, duration, isSync: true, compositionOffset: 0 };
    const part = { trackId: 1, baseDecodeTime: time, samples: [sample] };
    time += duration;
    return { offset, size: 100, tracks: [part] };
  });
}

const measure = (lengths: readonly number[], count: number) =>
  measureSegments(fragments(lengths), track, count);

describe('counting segments', () => {
  it('takes four seconds each, and one for the rest', () => {
    expect([1, 4, 8, 9.5, 10].map(countSegments)).to.deep.equal([1, 1, 2, 3, 3]);
  });

  it('gives a rest of an instant to the segment before it', () => {
    expect([0.2, 4.2, 8.4, 8.5].map(countSegments)).to.deep.equal([1, 1, 2, 3]);
  });

  it('does not fall for rounding', () => {
    expect([3.9999, 4.0001, 8.008].map(countSegments)).to.deep.equal([1, 1, 2]);
  });

  it('never leaves a segment that rounds to more than four seconds', () => {
    const property = fc.property(fc.double({ min: 0.04, max: 420, noNaN: true }), (seconds) => {
      const count = countSegments(seconds);
      const last = seconds - (count - 1) * 4;
      return last > 0 && Math.round(last) <= 4;
    });
    fc.assert(property);
  });
});

describe('measuring segments', () => {
  it('joins two fragments of two seconds', () => {
    const segments = measure([96_000, 96_000, 96_000], 2);
    expect(segments.map(({ duration }) => duration)).to.deep.equal([4, 2]);
    expect(segments.map(({ offset, size }) => [offset, size])).to.deep.equal([
      [500, 200],
      [700, 100],
    ]);
  });

  it('keeps sound to the pictures’ grid for as long as a clip may be', () => {
    const boundary = (segment: number) => Math.ceil((segment * 4 * TIMESCALE) / 1024) * 1024;
    const lengths = Array.from({ length: 105 }, (_, k) => boundary(k + 1) - boundary(k));
    const segments = measure(lengths, 105);
    expect(segments).to.have.length(105);
    const late = segments.map(({ start }, index) => start - index * 4);
    expect(Math.max(...late)).to.be.below(1024 / TIMESCALE);
    expect(Math.min(...late)).to.be.at.least(0);
  });

  it('gives the last segment whatever is left', () => {
    const segments = measure([96_000, 96_000, 12_000], 1);
    expect(segments.map(({ duration }) => duration)).to.deep.equal([4.25]);
  });

  it('loses neither bytes nor time', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 60 });
    const property = fc.property(lengths, fc.integer({ min: 1, max: 30 }), (units, count) => {
      const segments = measure(units, count);
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
      expect(segments.length).to.be.at.most(count);
      expect(sum(segments.map(({ size }) => size))).to.equal(units.length * 100);
      expect(sum(segments.map(({ duration }) => duration))).to.be.closeTo(
        sum(units) / TIMESCALE,
        1e-6,
      );
    });
    fc.assert(property);
  });
});

describe('measuring bit rates', () => {
  const segments = [
    { size: 1000, duration: 4 },
    { size: 2000, duration: 4 },
    { size: 500, duration: 0.5 },
  ];

  it('weighs the average by time', () => {
    expect(averageBitrate(segments)).to.be.closeTo((3500 * 8) / 8.5, 1e-9);
    expect(averageBitrate([])).to.equal(0);
  });

  it('finds the costliest segment', () => {
    expect(peakBitrate(segments)).to.equal(8000);
  });

  it('counts a rest together with what is before it, as RFC 8216 does', () => {
    expect(peakWindowBitrate(segments, 4)).to.be.closeTo((2500 * 8) / 4.5, 1e-9);
  });
});
