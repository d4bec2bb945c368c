import { expect } from 'chai';

import { readColour, readHdr } from './colour.js';

const NONE = { color_range: '', color_space: '', color_primaries: '', color_transfer: '' };
const colour = (frame: object, stream: object = {}) =>
  readColour(
    { ...NONE, codec_name: 'hevc', ...stream },
    { ...NONE, pix_fmt: 'yuv420p', width: 640, height: 480, ...frame },
  );

describe('reading the colours of a source', () => {
  it('believes the pictures before the container', () => {
    const stream = { color_transfer: 'bt709', color_space: 'bt709', color_primaries: 'bt709' };
    const frame = { color_transfer: 'smpte2084', color_space: 'bt2020nc' };
    expect(colour(frame, stream)).to.include({ transfer: 'smpte2084', matrix: 'bt2020nc' });
  });

  it('believes the container where the pictures say nothing', () => {
    const stream = { color_transfer: 'arib-std-b67', color_space: 'bt2020nc', color_range: 'pc' };
    expect(colour({ color_transfer: 'unknown' }, stream)).to.include({
      transfer: 'arib-std-b67',
      matrix: 'bt2020nc',
      range: 'pc',
    });
  });

  it('takes untagged pictures for BT.601 below 720 lines and a width of 1280, else for BT.709', () => {
    expect(colour({}).matrix).to.equal('smpte170m');
    expect(colour({ width: 1280, height: 534 }).matrix).to.equal('bt709');
    expect(colour({ width: 406, height: 720 }).matrix).to.equal('bt709');
    expect(colour({ height: 1080 }, { codec_name: 'mjpeg' }).matrix).to.equal('bt470bg');
  });

  it('takes HDR that names no primaries for BT.2020', () => {
    expect(colour({ color_transfer: 'smpte2084' })).to.include({
      matrix: 'bt2020nc',
      primaries: 'bt2020',
    });
  });

  it('knows RGB by its pixels, not by a tag upon luma and chroma', () => {
    expect(colour({ pix_fmt: 'gbrp10le' }).matrix).to.equal('gbr');
    expect(colour({ color_space: 'gbr', height: 1080 }).matrix).to.equal('bt709');
  });

  it('maps PQ and HLG alone', () => {
    expect(readHdr({ transfer: 'smpte2084' })).to.equal('pq');
    expect(readHdr({ transfer: 'arib-std-b67' })).to.equal('hlg');
    expect(readHdr({ transfer: 'bt2020-10' })).to.equal(null);
  });
});
