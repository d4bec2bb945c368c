import { crc32, deflateSync } from 'node:zlib';

import { expect } from 'chai';
import sharp from 'sharp';

import type { MediaError } from '../pipeline/media-error.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { processImage } from './process-image.js';

const { images: limits } = loadConfig();

const codeOf = (bytes: Buffer) =>
  processImage(bytes, { purpose: 'section', limits }).then(
    () => 'completed',
    (error: MediaError) => (error.name === 'MediaError' ? error.code : `fault: ${error}`),
  );

const picture = () =>
  sharp({ create: { width: 96, height: 64, channels: 3, background: '#c81e1e' } });

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function pngOf(width: number, height: number, ...chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const end = pngChunk('IEND', Buffer.alloc(0));
  return Buffer.concat([PNG_SIGNATURE, pngChunk('IHDR', header), ...chunks, end]);
}

describe('a picture made to harm', function () {
  this.timeout(120_000);

  const huge = {
    jpeg: () => withJpegSize(65_500, 65_500),
    png: async () => pngOf(65_500, 65_500, pngChunk('IDAT', deflateSync(Buffer.alloc(1_000)))),
    gif: async () => {
      const bytes = await picture().gif().toBuffer();
      const frame = bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 96, 0, 64, 0]));
      for (const at of [6, 8, frame + 5, frame + 7]) bytes.writeUInt16LE(65_500, at);
      return bytes;
    },
    webp: async () => {
      const bytes = await picture().webp({ lossless: true }).toBuffer();
      bytes.writeUInt32LE((15_999 | (15_999 << 14)) >>> 0, 21);
      return bytes;
    },
  };
  for (const [format, make] of Object.entries(huge)) {
    it(`is refused where its ${format} header claims too much`, async () => {
      const before = process.memoryUsage().rss;
      expect(await codeOf(await make())).to.equal('TOO_LARGE');
      expect(process.memoryUsage().rss - before).to.be.below(100e6);
    });
  }

  it('costs no more than its true size where megabytes unpack to gigabytes', async () => {
    const rows = deflateSync(Buffer.alloc(400_000_000), { level: 9 });
    const profile = Buffer.concat([Buffer.from('x\0\0', 'latin1'), rows]);
    const before = process.memoryUsage().rss;
    const began = process.cpuUsage();
    await codeOf(pngOf(64, 64, pngChunk('IDAT', rows)));
    await codeOf(pngOf(64, 64, pngChunk('iCCP', profile), pngChunk('IDAT', rows)));
    await codeOf(pngOf(64, 64, pngChunk('zTXt', profile), pngChunk('IDAT', rows)));
    expect(process.memoryUsage().rss - before).to.be.below(150e6);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1e6).to.be.below(4);
  });

  async function withJpegSize(width: number, height: number): Promise<Buffer> {
    const bytes = await picture().jpeg({ progressive: false, mozjpeg: false }).toBuffer();
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    bytes.writeUInt16BE(height, frame + 5);
    bytes.writeUInt16BE(width, frame + 7);
    return bytes;
  }
});
