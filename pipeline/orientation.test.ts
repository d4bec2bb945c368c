import { expect } from 'chai';

import { ORIENTATION_FILTERS, readOrientation, swapsSides } from './orientation.js';

const matrix = (a: number, b: number, c: number, d: number) =>
  `\n00000000: ${a * 65536} ${b * 65536} 0\n00000001: ${c * 65536} ${d * 65536} 0\n00000002: 0 0 1073741824\n`;

describe('reading a display matrix', () => {
  it('knows the four rotations', () => {
    expect(readOrientation(matrix(1, 0, 0, 1))).to.equal('upright');
    expect(readOrientation(matrix(0, 1, -1, 0))).to.equal('rotate-90');
    expect(readOrientation(matrix(-1, 0, 0, -1))).to.equal('rotate-180');
    expect(readOrientation(matrix(0, -1, 1, 0))).to.equal('rotate-270');
  });

  it('knows the four mirrored pictures', () => {
    expect(readOrientation(matrix(-1, 0, 0, 1))).to.equal('mirror');
    expect(readOrientation(matrix(1, 0, 0, -1))).to.equal('flip');
    expect(readOrientation(matrix(0, 1, 1, 0))).to.equal('transpose');
    expect(readOrientation(matrix(0, -1, -1, 0))).to.equal('anti-transpose');
  });

  it('takes a missing or broken matrix for upright', () => {
    expect(readOrientation(undefined)).to.equal('upright');
    expect(readOrientation('nonsense')).to.equal('upright');
  });

  it('has filters for each that is not upright', () => {
    for (const [orientation, filters] of Object.entries(ORIENTATION_FILTERS)) {
      expect(filters.length > 0).to.equal(orientation !== 'upright');
    }
  });

  it('swaps width and height for the four that lie on their side', () => {
    expect(['rotate-90', 'transpose'].map((name) => swapsSides(name as never))).to.deep.equal([
      true,
      true,
    ]);
    expect(
      ['upright', 'rotate-180', 'mirror'].map((name) => swapsSides(name as never)),
    ).to.deep.equal([false, false, false]);
  });
});
