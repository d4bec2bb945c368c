import { expect } from 'chai';

import { buildSource } from '../fixtures/source.js';
import { admit, admitSides, admitSize } from './admission.js';
import { MediaError } from './media-error.js';

const LIMITS = {
  minSeconds: 1,
  maxSeconds: 420,
  minSide: 16,
  maxSide: 7680,
  maxFrameRate: 240,
  maxBytes: 500 * 1024 ** 2,
};
const codeOf = (act: () => void) => {
  try {
    act();
    return 'admitted';
  } catch (error) {
    return error instanceof MediaError ? error.code : error;
  }
};

describe('admitting a source', () => {
  it('takes what is within every limit', () => {
    expect(codeOf(() => admit(buildSource(), LIMITS))).to.equal('admitted');
  });

  it('takes a clip cut to the very limit', () => {
    expect(codeOf(() => admit(buildSource({ durationMs: 420_033 }), LIMITS))).to.equal('admitted');
    expect(
      codeOf(() => admit(buildSource({ durationMs: 967, video: { frameCount: 29 } }), LIMITS)),
    ).to.equal('admitted');
  });

  it('refuses what is too long or too short', () => {
    expect(codeOf(() => admit(buildSource({ durationMs: 421_000 }), LIMITS))).to.equal('TOO_LONG');
    expect(codeOf(() => admit(buildSource({ durationMs: 400 }), LIMITS))).to.equal('TOO_SHORT');
  });

  it('refuses sides that are too long or too short', () => {
    expect(codeOf(() => admitSides([7682, 100], LIMITS))).to.equal('TOO_LARGE');
    expect(codeOf(() => admitSides([1920, 8], LIMITS))).to.equal('TOO_SMALL');
  });

  it('refuses more frames than the clip has room for', () => {
    const flood = buildSource({ durationMs: 1000, video: { frameCount: 100_000 } });
    expect(codeOf(() => admit(flood, LIMITS))).to.equal('TOO_LARGE');
  });

  it('refuses files of too many bytes, in words that name both numbers', () => {
    expect(() => admitSize(501 * 1024 ** 2, LIMITS)).to.throw(
      'The file has 501 MB; the most we take is 500 MB.',
    );
  });
});
