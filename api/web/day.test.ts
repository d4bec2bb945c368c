import { expect } from 'chai';

import { toTimeLeft } from './day.js';

describe('telling how much time is left', () => {
  for (const [seconds, words] of [
    [72 * 3_600, '3 days 0 h 0 min'],
    [86_400 + 3_661, 'one day 1 h 1 min'],
    [86_399, '23:59:59'],
    [3_600, '1:00:00'],
    [899, '14:59'],
    [9, '0:09'],
  ] as const) {
    it(`says ${words}`, () => {
      expect(toTimeLeft(seconds)).to.equal(words);
    });
  }
});
