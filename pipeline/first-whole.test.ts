import { expect } from 'chai';

import { firstWhole } from './first-whole.js';

const start = (codec: string, key_frame: number, firstKey: number | null) =>
  firstWhole(
    codec,
    { best_effort_timestamp_time: 2.5, key_frame },
    { start: 2.4, end: 6.5, firstKey },
  );

describe('finding the first whole picture', () => {
  it('starts with the first picture that comes out', () => {
    expect(start('hevc', 1, 3.5)).to.equal(2.5);
    expect(start('hevc', 0, null)).to.equal(2.5);
    expect(start('h264', 0, 3.5)).to.equal(2.5);
  });

  it('starts at the first keyframe where what comes before it is painted on grey', () => {
    expect(start('hevc', 0, 3.5)).to.equal(3.5);
    expect(start('mpeg4', 0, 3.5)).to.equal(3.5);
  });

  it('gives up no more than four fifths of a film for that', () => {
    expect(start('hevc', 0, 6.4)).to.equal(2.5);
  });
});
