import { expect } from 'chai';
import fc from 'fast-check';

import { cropFilters, framingOf, readDolby, saneCrop, seenSize } from './framing.js';
import { readMatroskaFraming } from './framing-matroska.js';
import { readMovFraming } from './framing-mov.js';

const CROP = { left: 8, top: 2, width: 704, height: 572 };

describe('framing a picture as its container says', () => {
  it('keeps a crop that lies inside and leaves most of the picture', () => {
    expect(saneCrop(CROP, 720, 576)).to.equal(CROP);
    expect(saneCrop({ ...CROP, left: 20 }, 720, 576)).to.equal(null);
    expect(saneCrop({ ...CROP, left: -1 }, 720, 576)).to.equal(null);
    expect(saneCrop({ ...CROP, width: 100 }, 720, 576)).to.equal(null);
    expect(saneCrop({ ...CROP, width: Number.NaN }, 720, 576)).to.equal(null);
  });

  it('has nothing to cut where the decoder did it already', () => {
    expect(saneCrop(CROP, 704, 572)).to.equal(null);
    expect(saneCrop({ left: 0, top: 0, width: 720, height: 576 }, 720, 576)).to.equal(null);
  });

  it('cuts by shares, so that a field is cut like a frame', () => {
    const video = { crop: CROP, codedWidth: 720, codedHeight: 576 };
    expect(cropFilters(video)).to.deep.equal([
      'crop=w=iw*704/720:h=ih*572/576:x=iw*8/720:y=ih*2/576',
    ]);
    expect(seenSize(video)).to.deep.equal({ width: 704, height: 572 });
    expect(cropFilters({ ...video, crop: null })).to.deep.equal([]);
  });

  it('counts video tracks alone', () => {
    const framing = { crop: null, orientation: null, shapesCrop: false, dolby: null };
    const [first, second] = [{ ...framing }, { ...framing }];
    const streams = ['video', 'audio', 'video'].map((codec_type, index) => ({ index, codec_type }));
    expect(framingOf([first, second], streams, { index: 2 })).to.equal(second);
    expect(framingOf([first], streams, { index: 2 })).to.equal(null);
  });

  it('reads profile and compatibility of Dolby Vision', () => {
    const record = Buffer.from([1, 0, (8 << 1) | 0, 0x2d, 0x40]);
    expect(readDolby(record)).to.deep.equal({ profile: 8, compatibility: 4 });
    expect(readDolby(record.subarray(0, 4))).to.equal(null);
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readMovFraming(Buffer.from(bytes))).to.be.an('array');
        const tracks = Buffer.from([0x18, 0x53, 0x80, 0x67, 0xff, 0x16, 0x54, 0xae, 0x6b, 0xff]);
        expect(readMatroskaFraming(Buffer.concat([tracks, bytes]))).to.be.an('array');
      }),
    );
  });
});
