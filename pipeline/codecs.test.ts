import { expect } from 'chai';

import { box, fullBox } from '../fixtures/boxes.js';
import { BoxError } from './boxes-bytes.js';
import { readSampleEntries, type SampleEntry } from './boxes-sample-entry.js';
import { codecString, readAac, readAvc } from './codecs.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function picture(type: string, ...children: Buffer[]): SampleEntry {
  return entry('vide', box(type, Buffer.alloc(78), ...children));
}
const sound = (esds: string) =>
  entry('soun', box('mp4a', Buffer.alloc(28), fullBox('esds', 0, 0, hex(esds))));

function entry(handler: string, sample: Buffer): SampleEntry {
  const stsd = Buffer.concat([Buffer.alloc(8), sample]);
  const [first] = readSampleEntries(stsd, { type: 'stsd', start: 0, end: stsd.length }, handler);
  if (!first) throw new Error('There is no entry');
  return first;
}

/** ES descriptor around a decoder's, whose type and specific part are given. */
const esds = (objectType: string, config: string) => {
  const specific = `05 ${byte(hex(config).length)} ${config}`;
  const decoder = `${objectType} 15 000000 00000000 00000000 ${specific}`;
  const es = `0001 00 04 ${byte(hex(decoder).length)} ${decoder} 06 01 02`;
  return `03 80 80 80 ${byte(hex(es).length)} ${es}`;
};
const byte = (value: number) => value.toString(16).padStart(2, '0');

describe('naming a codec', () => {
  it('takes profile, constraints and level of H.264', () => {
    expect(codecString(picture('avc1', box('avcC', hex('01 64 00 1f ff e1'))))).to.equal(
      'avc1.64001f',
    );
    expect(codecString(picture('avc1', box('avcC', hex('01 4d 40 0a ff e1'))))).to.equal(
      'avc1.4d400a',
    );
    expect(codecString(picture('avc3', box('avcC', hex('01 64 00 28 ff e1'))))).to.equal(
      'avc3.640028',
    );
  });

  it('writes HEVC as annex E.3 has it', () => {
    const main = hex('01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000 0f');
    expect(codecString(picture('hvc1', box('hvcC', main)))).to.equal('hvc1.1.6.L93.90');
    const main10 = hex('01 22 20000000 b00000000000 99 f000 fc fd fa fa 0000 0f');
    expect(codecString(picture('hvc1', box('hvcC', main10)))).to.equal('hvc1.2.4.H153.b0');
  });

  it('tells the kinds of AAC', () => {
    expect(codecString(sound(esds('40', '1190')))).to.equal('mp4a.40.2');
    expect(codecString(sound(esds('40', '2b92 0800')))).to.equal('mp4a.40.5');
    expect(codecString(sound(esds('40', 'f94640')))).to.equal('mp4a.40.42');
  });

  it('names sound that is not MPEG-4 by its object type', () => {
    expect(codecString(sound(esds('6b', '')))).to.equal('mp4a.6b');
  });

  it('calls anything else by its entry', () => {
    expect(codecString(picture('ap4h'))).to.equal('ap4h');
  });

  it('refuses an entry without its configuration', () => {
    expect(() => codecString(picture('avc1'))).to.throw(BoxError, 'no avcC');
    expect(() => codecString(picture('hvc1', box('hvcC', hex('0101'))))).to.throw(BoxError);
    expect(() => codecString(sound('03 02 0001'))).to.throw(BoxError);
  });
});

describe('reading what a decoder is told', () => {
  it('finds the channels of AAC', () => {
    expect(readAac(sound(esds('40', '1190'))).channels).to.equal(2);
    expect(readAac(sound(esds('40', '1188'))).channels).to.equal(1);
  });

  it('finds how long NAL lengths are, and how many parameter sets there are', () => {
    const avc = readAvc(picture('avc1', box('avcC', hex('01 64 00 1f ff e1'))));
    expect(avc).to.include({ lengthSize: 4, parameterSets: 1 });
  });

  it('finds colour and the shape of pixels', () => {
    const colr = box('colr', 'nclx', hex('0001 0001 0001 80'));
    const found = picture('avc1', box('avcC'), colr, box('pasp', 4, 3));
    expect(found.colour).to.deep.equal({ primaries: 1, transfer: 1, matrix: 1, isFullRange: true });
    expect(found.pixelAspect).to.deep.equal({ horizontal: 4, vertical: 3 });
  });
});
