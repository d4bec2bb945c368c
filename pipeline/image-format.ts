// Which picture format a file is, by its first bytes. What follows a picture is of no interest: everything is drawn anew.

import { MediaError } from './media-error.js';

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'heic' | 'gif' | 'tiff';

/**
 * A file is what it begins as. Bytes behind a picture (the film of a motion photo, a gain map, an archive) are
 * never looked at and never kept; a picture behind other bytes is no picture.
 * @throws MediaError UNSUPPORTED_FORMAT, CORRUPT_MEDIA for an empty file
 */
export function sniffImage(bytes: Buffer): ImageFormat {
  if (bytes.length === 0) throw new MediaError('CORRUPT_MEDIA', 'This file is empty.');
  const format = FORMATS.find(([, matches]) => matches(bytes))?.[0];
  if (!format) throw unsupportedImage();
  return format;
}

export const unsupportedImage = (): MediaError =>
  new MediaError(
    'UNSUPPORTED_FORMAT',
    'This is no picture we can use. Please send a JPEG, PNG, WebP, AVIF, GIF or TIFF.',
  );

/** Some builds of libvips read HEVC inside HEIF, the packaged one does not. */
export const heicNotReadable = (): MediaError =>
  new MediaError(
    'UNSUPPORTED_FORMAT',
    'We cannot read HEIC pictures here. Please send this one as a JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible).',
  );

const starts = (...signature: readonly number[]) => {
  const expected = Buffer.from(signature);
  return (bytes: Buffer) => bytes.subarray(0, expected.length).equals(expected);
};

/** The brands of an ISO file's `ftyp` box: the major one and those it is compatible with. */
function brandsOf(bytes: Buffer): string[] {
  if (bytes.length < 16 || bytes.toString('latin1', 4, 8) !== 'ftyp') return [];
  const end = Math.min(bytes.length, bytes.readUInt32BE(0), MOST_FTYP_BYTES);
  const brands = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  return brands;
}

const MOST_FTYP_BYTES = 256;
const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];

const FORMATS: readonly (readonly [ImageFormat, (bytes: Buffer) => boolean])[] = [
  ['jpeg', starts(0xff, 0xd8, 0xff)],
  ['png', starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ['gif', (bytes) => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))],
  ['webp', (bytes) => /^RIFF[\s\S]{4}WEBPVP8[ LX]$/.test(bytes.toString('latin1', 0, 16))],
  ['tiff', starts(0x49, 0x49, 0x2a, 0x00)],
  ['tiff', starts(0x4d, 0x4d, 0x00, 0x2a)],
  ['avif', (bytes) => brandsOf(bytes).some((brand) => AVIF_BRANDS.includes(brand))],
  ['heic', (bytes) => brandsOf(bytes).some((brand) => HEIC_BRANDS.includes(brand))],
];

/**
 * Whether a JPEG ends before its picture does. Decoders fill the rest with grey and only warn, as they do for
 * harmless oddities that phones write.
 */
export function isJpegCutShort(bytes: Buffer): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === END_OF_IMAGE) return false;
    if (marker === FILL) at += 1;
    else if (marker === START_OF_SCAN) return bytes.indexOf(END, at, 'latin1') < 0;
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return at + 4 > bytes.length;
}

const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const FILL = 0xff;
const END = '\xff\xd9';
