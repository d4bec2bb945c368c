import { expect } from 'chai';
import fc from 'fast-check';

import { breaksClock } from './clock-breaks.js';
import type { Packet } from './timeline.js';

const packet = (time: number, stream = 0): Packet => ({
  ...{ stream, time, duration: 0.04, isDiscarded: false, isKey: true },
});
const at = (...times: number[]) => times.map((time) => packet(time));

describe('the clock of a transport stream', () => {
  it('breaks where it starts again or leaps', () => {
    expect(breaksClock('mpegts', at(1.4, 1.44, 1.48, 1.4 - 1.4, 0.04))).to.equal(true);
    expect(breaksClock('mpegts', at(1.4, 1.44, 36_001.4, 36_001.44))).to.equal(true);
  });

  it('holds where pictures are out of order, or where a recording leaves some out', () => {
    expect(breaksClock('mpegts', at(1.4, 1.56, 1.44, 1.48, 1.52, 1.72))).to.equal(false);
    expect(breaksClock('mpegts', at(1.4, 1.44, 11.4, 11.44))).to.equal(false);
    expect(breaksClock('mpegts', at(1.4, Number.NaN, 1.44))).to.equal(false);
  });

  it('is asked of no other container', () => {
    expect(breaksClock('mov', at(0, 9, 0, 9))).to.equal(false);
  });

  it('holds for tracks that start far apart, however they are interleaved', () => {
    const steps = fc.array(
      fc.tuple(fc.nat({ max: 1 }), fc.double({ min: 0, max: 9, noNaN: true })),
    );
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1e5, noNaN: true }), (list, apart) => {
        const now = [0, apart];
        const packets = list.map(([stream, step]) => {
          now[stream] = (now[stream] ?? 0) + step;
          return packet(now[stream], stream);
        });
        expect(breaksClock('mpegts', packets)).to.equal(false);
      }),
    );
  });
});
