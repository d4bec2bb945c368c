import { expect } from 'chai';

import { MediaError } from './media-error.js';
import { sniffContainer } from './sniff.js';

const box = (type: string, rest = '') =>
  Buffer.from(`\0\0\0\x20${type}${rest.padEnd(24)}`, 'latin1');
const packets = (size: number, first = 0, flags = 0x10) => {
  const bytes = Buffer.alloc(first + size * 8);
  for (let at = first; at < bytes.length; at += size) bytes.set([0x47, 0x01, 0x00, flags], at);
  return bytes;
};
const refusal = (bytes: Buffer) => {
  try {
    return sniffContainer(bytes);
  } catch (error) {
    return error instanceof MediaError ? error.code : error;
  }
};

describe('sniffing a container', () => {
  it('knows MP4, QuickTime and 3GP by their boxes', () => {
    for (const bytes of [box('ftyp', 'isom'), box('ftyp', '3gp4'), box('moov'), box('wide')]) {
      expect(sniffContainer(bytes)).to.equal('mov');
    }
  });

  it('knows WebM and Matroska by the type in their header', () => {
    const ebml = Buffer.from('\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm\x42\x87', 'latin1');
    expect(sniffContainer(ebml)).to.equal('matroska');
  });

  it('knows transport streams of 188, 192 and 204 bytes, cut anywhere', () => {
    expect(sniffContainer(packets(188))).to.equal('mpegts');
    expect(sniffContainer(packets(192, 4))).to.equal('mpegts');
    expect(sniffContainer(packets(204, 57))).to.equal('mpegts');
  });

  it('knows AVI, and no other RIFF', () => {
    expect(sniffContainer(Buffer.from('RIFF\0\0\0\0AVI LIST'))).to.equal('avi');
    expect(refusal(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))).to.equal('UNSUPPORTED_FORMAT');
  });

  it('takes a HEIC or AVIF picture for no film', () => {
    expect(refusal(box('ftyp', 'heic'))).to.equal('UNSUPPORTED_FORMAT');
    expect(refusal(box('ftyp', 'avif'))).to.equal('UNSUPPORTED_FORMAT');
  });

  it('refuses playlists, scripts, texts and other films, whatever they are called', () => {
    const others = [
      '#EXTM3U\n',
      'ffconcat version 1.0\n',
      '<MPD',
      'FLV\x01',
      'OggS',
      'version https',
    ];
    for (const text of others) {
      expect(refusal(Buffer.from(text.repeat(40)))).to.equal('UNSUPPORTED_FORMAT');
    }
  });

  it('says that an empty file is empty', () => {
    expect(refusal(Buffer.alloc(0))).to.equal('CORRUPT_MEDIA');
  });

  it('sees that a transport stream is scrambled', () => {
    expect(refusal(packets(188, 0, 0x90))).to.equal('DRM_PROTECTED');
  });
});
