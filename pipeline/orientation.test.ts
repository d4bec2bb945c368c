import { expect } from 'chai';

import {
  chooseOrientation,
  ORIENTATION_FILTERS,
  readOrientation,
  swapsSides,
} from './orientation.js';

const fixed = (value: number) => Math.round(value * 65536);
const matrix = (a: number, b: number, c: number, d: number) =>
  `\n00000000: ${fixed(a)} ${fixed(b)} 0\n00000001: ${fixed(c)} ${fixed(d)} 0\n00000002: 0 0 1073741824\n`;

describe('choosing how a picture lies', () => {
  const of = (container: string[], picture: string[], tags: Record<string, string> = {}) => {
    const list = (matrices: string[]) => matrices.map((displaymatrix) => ({ displaymatrix }));
    return chooseOrientation(
      { side_data_list: list(container), tags },
      { side_data_list: list(picture) },
    );
  };
  const [turned, over] = [matrix(0, 1, -1, 0), matrix(-1, 0, 0, -1)];

  it('follows the container, then the pictures, then the tag of a copy', () => {
    expect(of([turned], [over], { rotate: '270' })).to.equal('rotate-90');
    expect(of([], [over], { rotate: '270' })).to.equal('rotate-180');
    expect(of([], [], { rotate: '270' })).to.equal('rotate-270');
    expect(of([], [], { ROTATE: '-270' })).to.equal('rotate-90');
    expect(of([], [])).to.equal('upright');
  });

  it('takes a tag that is no number for upright', () => {
    expect(of([], [], { rotate: 'sideways' })).to.equal('upright');
  });
});

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

  it('ignores scale, and takes the nearer way at odd angles', () => {
    expect(readOrientation(matrix(2, 0, 0, 2))).to.equal('upright');
    expect(readOrientation(matrix(0.1, 0.9, -0.9, 0.1))).to.equal('rotate-90');
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
