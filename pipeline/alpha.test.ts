import { expect } from 'chai';

import { alphaFilters, findAlpha } from './alpha.js';

const find = (codec_name: string, alpha_mode: string, pix_fmt = 'yuv420p') =>
  findAlpha({ codec_name, tags: { alpha_mode } }, { pix_fmt });

describe('laying transparent pictures upon black', () => {
  it('finds what WebM keeps beside VP8 and VP9', () => {
    expect(find('vp9', '1')).to.deep.equal({ decoder: 'libvpx-vp9', pixelFormat: 'yuva420p' });
    expect(find('vp8', '1')?.decoder).to.equal('libvpx');
    expect(find('vp9', '0')).to.equal(null);
    expect(find('h264', '1')).to.equal(null);
    expect(find('vp9', '1', 'yuv420p10le')).to.equal(null);
  });

  it('multiplies by the transparency, where there is one', () => {
    expect(alphaFilters({ pixelFormat: 'yuva444p12le' })).to.deep.equal(['premultiply=inplace=1']);
    expect(alphaFilters({ pixelFormat: 'yuv420p' })).to.deep.equal([]);
  });
});
