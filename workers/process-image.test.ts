import { expect } from 'chai';
import sharp from 'sharp';

import type { ImagePurpose } from '../pipeline/images.js';
import type { MediaError } from '../pipeline/media-error.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { processImage } from './process-image.js';

const limits = loadConfig().images;
const run = (bytes: Buffer, purpose: ImagePurpose = 'section') =>
  processImage(bytes, { purpose, limits });
const codeOf = (bytes: Buffer) =>
  run(bytes).then(
    () => 'completed',
    (error: MediaError) => (error.name === 'MediaError' ? error.code : `fault: ${error}`),
  );

/** Red, green, blue and white quarters, clockwise from the top left. */
const QUARTERS = [
  [200, 30, 30],
  [30, 160, 30],
  [30, 30, 200],
  [240, 240, 240],
] as const;

/** How each orientation is stored: the upright picture turned clockwise, and then mirrored left to right. */
const STORED: readonly (readonly [number, boolean])[] = [
  [0, false],
  [0, true],
  [180, false],
  [180, true],
  [90, true],
  [270, false],
  [270, true],
  [90, false],
];

function quarters(width = 96, height = 64) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const quarter = y < height / 2 ? (x < width / 2 ? 0 : 1) : x < width / 2 ? 3 : 2;
      pixels.set(QUARTERS[quarter] ?? [], (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** The middles of the four quarters, as RGB, clockwise from the top left. */
async function look(picture: Buffer): Promise<number[][]> {
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
    return [...data.subarray(start, start + 3)];
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.75, 0.75), at(0.25, 0.75)];
}

function expectColours(found: number[][], wanted: readonly (readonly number[])[], within = 8) {
  for (const [at, colour] of wanted.entries()) {
    for (const [channel, value] of colour.entries()) {
      expect(found[at]?.[channel], `${JSON.stringify(found)}`).to.be.closeTo(value, within);
    }
  }
}

const first = async (bytes: Buffer, purpose?: ImagePurpose) => {
  const { sizes } = await run(bytes, purpose);
  const size = sizes[0];
  if (!size) throw new Error('no size');
  return size;
};

describe('processing a picture', function () {
  this.timeout(60_000);

  for (let orientation = 1; orientation <= 8; orientation++) {
    it(`shows EXIF orientation ${orientation} upright`, async () => {
      // What a camera stores is the upright picture, turned back.
      const [turn, mirror] = STORED[orientation - 1] ?? [0, false];
      const turned = await quarters().rotate(turn).png().toBuffer();
      const stored = await sharp(turned)
        .flop(mirror)
        .withMetadata({ orientation })
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer();
      const { width, height, webp, jpeg, avif } = await first(stored);
      expect([width, height]).to.deep.equal([96, 64]);
      for (const picture of [webp, jpeg, avif]) {
        expectColours(await look(picture), QUARTERS, 14);
        expect((await sharp(picture).metadata()).orientation ?? 1).to.equal(1);
      }
    });
  }

  it('keeps no place, device, comment or thumbnail', async () => {
    const stored = await quarters()
      .withExif({
        IFD0: { Make: 'SecretPhone', Copyright: 'somebody' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
      .jpeg()
      .toBuffer();
    expect(stored.includes('SecretPhone')).to.equal(true);
    const { webp, avif, jpeg } = await first(stored);
    for (const picture of [webp, avif, jpeg]) {
      const found = await sharp(picture).metadata();
      expect([found.exif, found.xmp, found.iptc, found.icc]).to.deep.equal(
        Array(4).fill(undefined),
      );
      expect(picture.includes('SecretPhone')).to.equal(false);
    }
  });

  it('shows the colours of P3 and CMYK pictures as sRGB', async () => {
    const wide = await quarters().withIccProfile('p3').png().toBuffer();
    expectColours(await look((await first(wide)).jpeg), QUARTERS);
    const deep = await quarters().toColourspace('rgb16').withIccProfile('p3').png().toBuffer();
    expectColours(await look((await first(deep)).jpeg), QUARTERS);
    const ink = await quarters().toColourspace('cmyk').withIccProfile('cmyk').tiff().toBuffer();
    // The green and the blue lie beyond what inks can print.
    const [red, , , white] = await look((await first(ink)).jpeg);
    expectColours([red ?? [], white ?? []], [QUARTERS[0], QUARTERS[3]], 14);
  });

  it('takes 16 bits, greys and two colours', async () => {
    const deep = await quarters().toColourspace('rgb16').png().toBuffer();
    expectColours(await look((await first(deep)).jpeg), QUARTERS);
    const grey = await quarters().greyscale().png().toBuffer();
    expect((await sharp((await first(grey)).jpeg).metadata()).width).to.equal(96);
    const bilevel = await quarters()
      .threshold(128)
      .toColourspace('b-w')
      .tiff({ bitdepth: 1 })
      .toBuffer();
    expect(await look((await first(bilevel)).webp)).to.have.length(4);
  });

  it('keeps transparency, and lays a JPEG on white', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const stored = await sharp({
      create: { width: 64, height: 64, channels: 4, background: clear },
    })
      .png({ palette: true })
      .toBuffer();
    const { webp, avif, jpeg } = await first(stored);
    for (const picture of [webp, avif]) {
      const { channels } = await sharp(picture).stats();
      expect(channels[3]?.max).to.be.below(3);
    }
    expectColours(await look(jpeg), Array(4).fill([255, 255, 255]), 2);
  });

  it('takes the first frame of an animation and the first page of a document', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = [await frame('#c81e1e'), await frame('#1e1ec8')];
    const animated = sharp(frames, { join: { animated: true } });
    for (const stored of [
      await animated.clone().gif().toBuffer(),
      await animated.clone().webp({ lossless: true }).toBuffer(),
      await animated.clone().tiff().toBuffer(),
    ]) {
      const { height, jpeg } = await first(stored);
      expect(height).to.equal(40);
      expectColours(await look(jpeg), Array(4).fill([200, 30, 30]), 12);
    }
  });

  it('cuts an avatar square and enlarges nothing', async () => {
    const stored = await quarters(300, 120).png().toBuffer();
    const sizesOf = async (purpose: ImagePurpose) =>
      (await run(stored, purpose)).sizes.map(({ width, height }) => `${width}x${height}`);
    expect(await sizesOf('avatar')).to.deep.equal(['96x96', '120x120']);
    expect(await sizesOf('cover')).to.deep.equal(['300x120']);
  });

  it('passes over what follows a picture', async () => {
    const stored = await quarters().jpeg().toBuffer();
    const film = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
    const { jpeg, webp } = await first(
      Buffer.concat([stored, film, Buffer.from('PK\x03\x04<html>')]),
    );
    expect(jpeg.includes('ftypmp42') || jpeg.includes('<html>')).to.equal(false);
    expect(webp.includes('<html>')).to.equal(false);
  });

  it('refuses a picture that is cut short', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const picture = sharp({
      create: { width: 400, height: 300, channels: 3, background: '#888', noise },
    });
    for (const whole of [
      await picture.clone().jpeg().toBuffer(),
      await picture.clone().png().toBuffer(),
      await picture.clone().webp().toBuffer(),
      await picture.clone().avif().toBuffer(),
    ]) {
      expect(await codeOf(whole.subarray(0, whole.length / 2))).to.equal('CORRUPT_MEDIA');
    }
  });

  it('refuses what has too many pixels, too few, or too many bytes', async () => {
    const plain = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: '#123456' } })
        .png()
        .toBuffer();
    expect(await codeOf(await plain(10_200, 5_000))).to.equal('TOO_LARGE');
    expect(await codeOf(await plain(15, 400))).to.equal('TOO_SMALL');
    expect(await codeOf(Buffer.alloc(limits.maxBytes + 1))).to.equal('TOO_LARGE');
    expect(await codeOf(Buffer.alloc(0))).to.equal('CORRUPT_MEDIA');
  });

  it('refuses what does not begin as a picture', async () => {
    const jpeg = await quarters().jpeg().toBuffer();
    for (const head of [
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
      '<?xml version="1.0"?><!DOCTYPE svg SYSTEM "http://127.0.0.1/x"><svg/>',
      '%PDF-1.7\n',
      'push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 "https://127.0.0.1/"',
      '%!PS-Adobe-3.0 EPSF-3.0\n',
      '<html><script>alert(1)</script></html>',
      '# vips file\n',
      'BM000000000000',
    ]) {
      const bytes = Buffer.concat([Buffer.from(head), jpeg]);
      expect(await codeOf(bytes), head).to.equal('UNSUPPORTED_FORMAT');
    }
  });
});
