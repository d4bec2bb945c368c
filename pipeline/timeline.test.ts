import { expect } from 'chai';
import fc from 'fast-check';

import { measureTrack, nominalRate, readPackets, toNumber } from './timeline.js';

const gapsOf = (times: readonly number[]) =>
  times
    .slice(1)
    .map((time, index) => time - (times[index] ?? 0))
    .sort((a, b) => a - b);
const steady = (rate: number, count = 60, round = 1e6) =>
  gapsOf(Array.from({ length: count }, (_, index) => Math.round((index / rate) * round) / round));
const rateOf = (gaps: readonly number[], ...claimed: [number, number][]) =>
  toNumber(
    nominalRate(
      gaps,
      claimed.map(([num, den]) => ({ num, den })),
    ),
  );

describe('measuring a track', () => {
  const packets = readPackets(
    [
      'stream_index=0|pts_time=0.100000|dts_time=0.000000|duration_time=0.100000|size=9|flags=K_',
      'stream_index=0|pts_time=-0.100000|dts_time=-0.100000|duration_time=0.100000|size=9|flags=_D',
      'stream_index=1|pts_time=N/A|dts_time=0.500000|duration_time=N/A|size=9|flags=K_',
      'stream_index=0|pts_time=0.300000|dts_time=0.200000|duration_time=0.100000|size=9|flags=__',
      'stream_index=0|pts_time=0.900000|dts_time=0.900000|duration_time=0.100000|size=0|flags=__',
      'side_data|',
    ].join('\n'),
  );

  it('runs from the first shown packet to the end of the last', () => {
    expect(measureTrack(packets, 0)).to.deep.include({ start: 0.1, end: 0.4, count: 2 });
  });

  it('takes decode times where there are no others', () => {
    expect(measureTrack(packets, 1)).to.deep.include({ start: 0.5, count: 1 });
  });

  it('finds nothing in a track without packets', () => {
    expect(measureTrack(packets, 7)).to.equal(null);
  });
});

describe('the nominal frame rate', () => {
  it('is the exact standard rate of a steady film, whatever its clock rounds to', () => {
    for (const [num, den] of [
      [24, 1],
      [25, 1],
      [30, 1],
      [50, 1],
      [60, 1],
      [24000, 1001],
      [30000, 1001],
      [60000, 1001],
    ] as const) {
      expect(rateOf(steady(num / den, 240, 1000), [num, den])).to.equal(num / den);
    }
  });

  it('is no clock base that the header gives for a rate', () => {
    expect(rateOf(steady(30), [90000, 1], [1000, 1])).to.equal(30);
    expect(rateOf(steady(20), [600, 1])).to.equal(20);
  });

  it('keeps an odd but steady rate', () => {
    expect(rateOf(steady(8.797), [8797, 1000])).to.be.closeTo(8.797, 0.001);
    expect(rateOf(steady(12.5), [25, 2])).to.equal(12.5);
  });

  it('is the usual distance of frames in a film with pauses, not the mean', () => {
    const paused = gapsOf(
      [...Array(30).keys()].map((index) => index / 30 + (index > 20 ? 0.3 : 0)),
    );
    expect(rateOf(paused, [30, 1], [23, 1])).to.equal(30);
  });

  it('takes the faster of two rates where the slower one would lose frames', () => {
    const half = gapsOf([
      ...[0, 1, 2, 3, 4, 5, 6].map((index) => index / 15),
      ...[1, 2, 3, 4, 5, 6].map((index) => 0.4 + index / 30),
    ]);
    expect(rateOf(half, [30000, 1001])).to.be.closeTo(30, 0.05);
  });

  it('passes over frames that are never shown', () => {
    const hidden = gapsOf(
      [...Array(48).keys()].flatMap((index) =>
        index % 12 === 0 ? [index / 24, index / 24 + 0.001] : [index / 24],
      ),
    );
    expect(rateOf(hidden, [24, 1])).to.equal(24);
  });

  it('believes the header of a single picture, within reason', () => {
    expect(rateOf([], [25, 1])).to.equal(25);
    expect(rateOf([], [90000, 1])).to.equal(30);
  });

  it('stays near the mean of any film of small jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 240 }),
        fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 30, maxLength: 90 }),
        (rate, jitter) => {
          const gaps = gapsOf(jitter.map((shift, index) => (index + shift) / rate));
          expect(rateOf(gaps) / rate).to.be.within(0.93, 1.27);
        },
      ),
    );
  });
});
