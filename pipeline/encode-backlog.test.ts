import { expect } from 'chai';
import fc from 'fast-check';

import { encodeBacklog } from './encode-backlog.js';

const nothing = {
  admitted: { clips: 0, mediaSeconds: 0, longestSeconds: 0 },
  unadmitted: { clips: 0, bytes: 0 },
  recent: { bytesPerSecond: 1_000_000, speed: 2 },
  slots: 1,
  maxSeconds: 420,
};
const admitted = (mediaSeconds: number) => ({
  clips: 1,
  mediaSeconds,
  longestSeconds: mediaSeconds,
});

const load = fc.record({
  admitted: fc
    .array(fc.double({ min: 0.01, max: 420, noNaN: true }), { maxLength: 20 })
    .map((clips) => ({
      clips: clips.length,
      mediaSeconds: clips.reduce((sum, seconds) => sum + seconds, 0),
      longestSeconds: Math.max(0, ...clips),
    })),
  unadmitted: fc.record({ clips: fc.nat(50), bytes: fc.nat(2 ** 31 - 1) }),
  recent: fc.option(
    fc.record({
      bytesPerSecond: fc.double({ min: 0, max: 1e8, noNaN: true }),
      speed: fc.double({ min: 0, max: 50, noNaN: true }),
    }),
  ),
  slots: fc.nat(2_000),
  maxSeconds: fc.integer({ min: 1, max: 420 }),
});

describe('the encode backlog', () => {
  it('is the length that waits, over what the slots make per second', () => {
    const backlog = encodeBacklog({ ...nothing, admitted: admitted(120), slots: 3 });
    expect(backlog).to.include({ clips: 1, mediaSeconds: 120, seconds: 20, atMostSeconds: 80 });
  });

  it('guesses the length of what is not admitted from its bytes, at most what is admitted at all', () => {
    const clips = (bytes: number) =>
      encodeBacklog({ ...nothing, unadmitted: { clips: 2, bytes } }).mediaSeconds;
    expect(clips(30_000_000)).to.equal(30);
    expect(clips(5_000_000_000)).to.equal(840);
  });

  it('takes a usual phone clip and a usual speed until something was encoded', () => {
    const unadmitted = { clips: 1, bytes: 15_000_000 };
    const backlog = encodeBacklog({ ...nothing, unadmitted, recent: null });
    expect(backlog).to.include({ mediaSeconds: 10, seconds: 10 });
  });

  it('counts as for one slot where no worker lives, so that a fleet of none can be scaled', () => {
    const of = (slots: number) => encodeBacklog({ ...nothing, admitted: admitted(60), slots });
    expect(of(0).seconds).to.equal(of(1).seconds);
    expect(of(0).slots).to.equal(0);
  });

  it('is a finite number, never below 0, and 0 exactly where nothing waits', () => {
    fc.assert(
      fc.property(load, (given) => {
        const { seconds, atMostSeconds, mediaSeconds } = encodeBacklog(given);
        const waits =
          given.admitted.mediaSeconds > 0 || given.unadmitted.bytes * given.unadmitted.clips > 0;
        return (
          [seconds, atMostSeconds, mediaSeconds].every(
            (value) => Number.isFinite(value) && value >= 0,
          ) &&
          seconds > 0 === waits &&
          atMostSeconds >= seconds
        );
      }),
    );
  });

  it('halves with twice the slots, and never falls when a clip is added', () => {
    fc.assert(
      fc.property(load, fc.double({ min: 0.01, max: 420, noNaN: true }), (given, seconds) => {
        const slots = given.slots + 1;
        const once = encodeBacklog({ ...given, slots });
        const twice = encodeBacklog({ ...given, slots: 2 * slots });
        const more = encodeBacklog({
          ...{ ...given, slots },
          admitted: {
            clips: given.admitted.clips + 1,
            mediaSeconds: given.admitted.mediaSeconds + seconds,
            longestSeconds: Math.max(given.admitted.longestSeconds, seconds),
          },
        });
        expect(twice.seconds * 2).to.be.closeTo(once.seconds, 1e-9 * (1 + once.seconds));
        expect(more.seconds).to.be.above(once.seconds * (1 - 1e-12));
      }),
    );
  });

  it('bounds what any greedy handing out of its clips takes', () => {
    const clips = fc.array(fc.double({ min: 0.1, max: 420, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(clips, fc.integer({ min: 1, max: 8 }), (lengths, slots) => {
        const { seconds, atMostSeconds } = encodeBacklog({
          ...{ ...nothing, slots },
          admitted: {
            clips: lengths.length,
            mediaSeconds: lengths.reduce((sum, length) => sum + length, 0),
            longestSeconds: Math.max(...lengths),
          },
        });
        const busyUntil = Array.from({ length: slots }, () => 0);
        for (const length of lengths) {
          const first = busyUntil.indexOf(Math.min(...busyUntil));
          busyUntil[first] = (busyUntil[first] ?? 0) + length / nothing.recent.speed;
        }
        expect(Math.max(...busyUntil)).to.be.within(seconds - 1e-6, atMostSeconds + 1e-6);
      }),
    );
  });
});
