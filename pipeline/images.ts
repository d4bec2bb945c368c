// Which pictures may in, and at which sizes they are kept. Content decides, never a name or a claimed type.

import { MediaError } from './media-error.js';

export const IMAGE_PURPOSES = ['avatar', 'cover', 'section'] as const;
export type ImagePurpose = (typeof IMAGE_PURPOSES)[number];

export interface ImageLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Of the shorter side, in pixels. */
  readonly minSide: number;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Ascending. Avatars are square; the others keep their shape. */
const WIDTHS: Readonly<Record<ImagePurpose, readonly number[]>> = {
  avatar: [96, 192, 384],
  cover: [320, 640, 1280, 1920],
  section: [320, 640, 1280, 1920],
};

/** A picture is kept at most this many times as tall as it may be wide: scrolls and strips get narrower, not endless. */
const TALLEST = 4;

/**
 * The sizes a picture is kept in, ascending: never larger than it is, and its own size where it is smaller than
 * the largest that we keep. An avatar is its square middle.
 * @param upright the picture as it is shown, after its orientation
 */
export function chooseImageSizes(purpose: ImagePurpose, upright: ImageSize): ImageSize[] {
  const side = Math.min(upright.width, upright.height);
  const shape = purpose === 'avatar' ? { width: side, height: side } : upright;
  const sizes = WIDTHS[purpose].map((width) => fitInto(shape, width));
  return sizes.filter((size, at) => size.width !== sizes[at - 1]?.width);
}

function fitInto({ width, height }: ImageSize, most: number): ImageSize {
  const scale = Math.min(1, most / width, (TALLEST * most) / height);
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** @throws MediaError TOO_LARGE */
export function admitImageBytes(bytes: number, { maxBytes }: Pick<ImageLimits, 'maxBytes'>): void {
  if (bytes > maxBytes) throw new MediaError('TOO_LARGE', tooManyBytes(maxBytes));
}

export const tooManyBytes = (maxBytes: number): string =>
  `A picture may have at most ${Math.floor(maxBytes / 1024 / 1024)} MB. Please send a smaller one.`;

/** @throws MediaError TOO_LARGE, TOO_SMALL, CORRUPT_MEDIA */
export function admitImageSize({ width, height }: ImageSize, limits: ImageLimits): void {
  if (!(width > 0 && height > 0)) {
    throw new MediaError('CORRUPT_MEDIA', 'This picture is damaged: it has no size.');
  }
  if (width * height > limits.maxPixels) throw tooManyPixels(limits);
  if (Math.min(width, height) < limits.minSide) {
    throw new MediaError(
      'TOO_SMALL',
      `A picture needs at least ${limits.minSide} pixels on each side; this one has ${width} × ${height}.`,
    );
  }
}

export const tooManyPixels = ({ maxPixels }: Pick<ImageLimits, 'maxPixels'>): MediaError =>
  new MediaError(
    'TOO_LARGE',
    `A picture may have at most ${Math.floor(maxPixels / 1_000_000)} megapixels. Please scale this one down.`,
  );
