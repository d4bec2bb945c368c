import { expect } from 'chai';

import { packSound, readAdts } from './sound-boxes.js';

/** A frame of ADTS around `size` bytes. */
function adts(size: number): Buffer {
  const frame = Buffer.alloc(size + 7, size & 0xff);
  frame.set([
    0xff,
    0xf1,
    0x4c,
    0x80 | ((size + 7) >> 11),
    ((size + 7) >> 3) & 0xff,
    (((size + 7) & 7) << 5) | 0x1f,
    0xfc,
  ]);
  return frame;
}

/** Decode times and frame counts of the fragments. */
function fragments(file: Buffer): [number, number][] {
  const found: [number, number][] = [];
  for (let at = file.indexOf('tfdt'); at >= 0; at = file.indexOf('tfdt', at + 4)) {
    const trun = file.indexOf('trun', at);
    found.push([Number(file.readBigUInt64BE(at + 8)), file.readUInt32BE(trun + 8)]);
  }
  return found;
}

describe('reading ADTS', () => {
  it('takes frames out of their headers', () => {
    const frames = readAdts(Buffer.concat([adts(300), adts(7), adts(2000)]));
    expect(frames.map((frame) => frame.length)).to.deep.equal([300, 7, 2000]);
    expect(frames[1]?.every((byte) => byte === 7)).to.equal(true);
  });

  it('stops at what is no frame, or half of one', () => {
    expect(() => readAdts(Buffer.from('not aac at all'))).to.throw('No AAC frame');
    expect(() => readAdts(adts(300).subarray(0, 200))).to.throw('broken AAC frame');
  });
});

describe('packing sound', () => {
  it('cuts at the first frame at or after each four seconds, without drift', () => {
    const file = packSound(Array.from({ length: 760 }, () => Buffer.alloc(3)));
    expect(fragments(file)).to.deep.equal([
      [0, 188],
      [188 * 1024, 187],
      [375 * 1024, 188],
      [563 * 1024, 187],
      [750 * 1024, 10],
    ]);
  });

  it('keeps no tag and no edit list', () => {
    const file = packSound([Buffer.alloc(3)]);
    expect(file.includes('udta')).to.equal(false);
    expect(file.includes('elst')).to.equal(false);
  });
});
