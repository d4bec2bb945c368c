// An untrusted picture → upright, bare sRGB pictures in WebP, AVIF and JPEG, and the placeholder shown before them.

import sharp, { type Metadata, type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

import {
  heicNotReadable,
  type ImageFormat,
  isJpegCutShort,
  sniffImage,
  unsupportedImage,
} from '../pipeline/image-format.js';
import {
  admitImageBytes,
  admitImageSize,
  chooseImageSizes,
  type ImageLimits,
  type ImagePurpose,
  type ImageSize,
  tooManyPixels,
} from '../pipeline/images.js';
import { MediaError } from '../pipeline/media-error.js';
import { TimedOutError } from '../pipeline/media-fault.js';

export interface ProcessedImage {
  /** Ascending by width. */
  readonly sizes: readonly (ImageSize & Readonly<Record<'webp' | 'avif' | 'jpeg', Buffer>>)[];
  /** ThumbHash, base64. */
  readonly placeholder: string;
}

export interface ImageOrder {
  readonly purpose: ImagePurpose;
  readonly limits: ImageLimits;
  readonly signal?: AbortSignal;
}

/**
 * Decodes once, to the largest size that is kept; every output is drawn from those pixels alone.
 * @throws MediaError where the picture is refused; TimedOutError
 */
export async function processImage(
  bytes: Buffer,
  { purpose, limits, signal }: ImageOrder,
): Promise<ProcessedImage> {
  hardenSharp();
  admitImageBytes(bytes.length, limits);
  const format = sniffImage(bytes);
  if (format === 'jpeg' && isJpegCutShort(bytes)) throw damaged();
  const { upright, isDeepManaged } = await readHeader(bytes, format, limits);
  const sizes = chooseImageSizes(purpose, upright);
  const largest = sizes.at(-1) ?? upright;
  const pixels = await decode(bytes, format, { largest, limits, purpose, isDeepManaged });
  const made: ProcessedImage['sizes'][number][] = [];
  for (const size of sizes) {
    signal?.throwIfAborted();
    made.push({ ...size, ...(await encode(pixels, size)) });
  }
  return { sizes: made, placeholder: await toPlaceholder(pixels) };
}

/** Loaders are libvips' own and those of the formats we take; set for the whole process, as libvips is. */
export function hardenSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
}

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map(
  (name) => `VipsForeignLoad${name}`,
);

const SECONDS = 20;

const openSource = (bytes: Buffer, { maxPixels }: ImageLimits) =>
  sharp(bytes, {
    limitInputPixels: maxPixels,
    limitInputChannels: 5,
    // Phones write JPEGs that decoders warn of; what is cut short is found by `isJpegCutShort`.
    failOn: 'error',
    unlimited: false,
    pages: 1,
    animated: false,
    sequentialRead: true,
  }).timeout({ seconds: SECONDS });

/** Reads no pixels. */
async function readHeader(
  bytes: Buffer,
  format: ImageFormat,
  limits: ImageLimits,
): Promise<{ upright: ImageSize; isDeepManaged: boolean }> {
  const header = await openSource(bytes, limits)
    .metadata()
    .catch((error: unknown) => {
      throw toRefusal(error, format, limits);
    });
  if (LOADED_AS[format] !== header.format) throw unsupportedImage();
  const upright = header.autoOrient ?? header;
  admitImageSize(upright, limits);
  return { upright, isDeepManaged: header.space === 'rgb16' && header.icc !== undefined };
}

const LOADED_AS: Readonly<Record<ImageFormat, Metadata['format']>> = {
  ...{ jpeg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif', tiff: 'tiff' },
  ...{ avif: 'heif', heic: 'heif' },
};

interface Pixels extends ImageSize {
  readonly data: Buffer;
  readonly channels: 1 | 2 | 3 | 4;
}

async function decode(
  bytes: Buffer,
  format: ImageFormat,
  order: {
    readonly largest: ImageSize;
    readonly limits: ImageLimits;
    readonly purpose: ImagePurpose;
    /** 16 bits with a profile: sharp takes these to P3, and on to sRGB only where it is told. */
    readonly isDeepManaged: boolean;
  },
): Promise<Pixels> {
  try {
    const picture = openSource(bytes, order.limits)
      .autoOrient()
      .resize({ ...order.largest, fit: order.purpose === 'avatar' ? 'cover' : 'fill' })
      .toColourspace('srgb');
    if (order.isDeepManaged) picture.withIccProfile('srgb', { attach: false });
    const { data, info } = await picture
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    throw toRefusal(error, format, order.limits);
  }
}

async function encode(pixels: Pixels, size: ImageSize) {
  const picture = openPixels(pixels).resize({ ...size, fit: 'fill' });
  return {
    webp: await picture.clone().webp(WEBP).toBuffer(),
    avif: await picture.clone().avif(AVIF).toBuffer(),
    jpeg: await picture.clone().flatten({ background: '#ffffff' }).jpeg(JPEG).toBuffer(),
  };
}

async function toPlaceholder(pixels: Pixels): Promise<string> {
  const { data, info } = await openPixels(pixels)
    .resize({ width: 100, height: 100, fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}

/** Bare pixels bring no metadata along, and sharp adds none. */
const openPixels = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels } }).timeout({ seconds: SECONDS });

const JPEG = { quality: 80, mozjpeg: true };
const WEBP = { quality: 80, effort: 4 };
// More effort takes several times as long for little.
const AVIF = { quality: 55, effort: 2 };

/** The words of libvips for what is wrong with a file, as a code; what is wrong with us stays as it is. */
function toRefusal(error: unknown, format: ImageFormat, limits: ImageLimits): unknown {
  const words = error instanceof Error ? error.message : '';
  if (/timeout: \d+% complete/.test(words)) {
    return new TimedOutError('decoding took too long', { cause: error });
  }
  if (/out of memory|unable to allocate|cannot allocate/i.test(words)) return error;
  if (/exceeds pixel limit/.test(words)) return tooManyPixels(limits);
  if (/unsupported image format/.test(words)) return unsupportedImage();
  if (format === 'heic') return heicNotReadable();
  return damaged(error);
}

const damaged = (cause?: unknown) =>
  new MediaError(
    'CORRUPT_MEDIA',
    'This picture is damaged or cut short. Please open it on your device, save it anew and send that.',
    { cause },
  );
