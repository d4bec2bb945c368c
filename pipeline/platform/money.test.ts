import { expect } from 'chai';
import fc from 'fast-check';

import { MOST_MINOR_UNITS, toAmount, toDecimalText, toMinorUnits } from './money.js';

const units = fc.integer({ min: -MOST_MINOR_UNITS, max: MOST_MINOR_UNITS });

describe('counting money', () => {
  it('reads numbers and texts', () => {
    expect([35, 35.5, '35.50', '0.07', 1.1, -1.05, 0].map(toMinorUnits)).to.deep.equal([
      3500, 3550, 3550, 7, 110, -105, 0,
    ]);
  });

  it('writes two decimals', () => {
    expect([3550, 7, 0, -5, 100].map(toDecimalText)).to.deep.equal([
      '35.50',
      '0.07',
      '0.00',
      '-0.05',
      '1.00',
    ]);
  });

  it('comes back whole from a column', () => {
    fc.assert(fc.property(units, (n) => toMinorUnits(toDecimalText(n)) === n));
  });

  it('comes back whole from JSON', () => {
    fc.assert(
      fc.property(units, (n) => toMinorUnits(JSON.parse(JSON.stringify(toAmount(n)))) === n),
    );
  });

  it('refuses what is no amount, is finer than a cent or does not fit', () => {
    for (const wrong of [1.005, 0.1 + 0.2, 1e21, 1e-7, NaN, Infinity, 100_000_000]) {
      expect(() => toMinorUnits(wrong), String(wrong)).to.throw(RangeError);
    }
    for (const wrong of ['', ' ', '1.', '.5', '1.234', '1e3', '0x10', '12,50', '١']) {
      expect(() => toMinorUnits(wrong), wrong).to.throw(RangeError);
    }
    for (const wrong of [0.5, NaN, 2 ** 53]) {
      expect(() => toDecimalText(wrong), String(wrong)).to.throw(RangeError);
    }
  });
});
