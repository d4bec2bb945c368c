// May this source in? The limits are settings; the words are for the maker.

import { MediaError } from './media-error.js';
import type { MediaLimits } from './platform/config.js';
import type { Source } from './probe.js';

/** @throws MediaError with TOO_LARGE where the file has more bytes than are taken */
export function admitSize(bytes: number, limits: Pick<MediaLimits, 'maxBytes'>): void {
  if (bytes > limits.maxBytes) {
    throw new MediaError(
      'TOO_LARGE',
      `The file has ${toMegabytes(bytes)} MB; the most we take is ${toMegabytes(limits.maxBytes)} MB.`,
    );
  }
}

/** @throws MediaError naming the limit that the source passes */
export function admit(source: Source, limits: MediaLimits): void {
  const seconds = source.durationMs / 1000;
  const { width, height, codedWidth, codedHeight, frameCount } = source.video;
  const frameRate = frameCount / Math.max(seconds, 1 / limits.maxFrameRate);
  if (seconds > limits.maxSeconds + TOLERANCE_SECONDS) {
    throw new MediaError(
      'TOO_LONG',
      `The clip lasts ${describe(seconds)}; the longest we take is ${describe(limits.maxSeconds)}.`,
    );
  }
  if (seconds < limits.minSeconds - TOLERANCE_SECONDS) {
    throw new MediaError(
      'TOO_SHORT',
      `The clip lasts ${describe(seconds)}; the shortest we take is ${describe(limits.minSeconds)}.`,
    );
  }
  admitSides([width, height, codedWidth, codedHeight], limits);
  if (frameRate > limits.maxFrameRate * 1.02) {
    throw new MediaError(
      'TOO_LARGE',
      `The clip has ${Math.round(frameRate)} frames a second; the most we take is ${limits.maxFrameRate}.`,
    );
  }
}

/** @throws MediaError with TOO_LARGE or TOO_SMALL */
export function admitSides(
  sides: readonly number[],
  { minSide, maxSide }: Pick<MediaLimits, 'minSide' | 'maxSide'>,
): void {
  const [width, height] = sides;
  if (Math.max(...sides) > maxSide) {
    throw new MediaError(
      'TOO_LARGE',
      `The picture is ${width} × ${height}; no side may be longer than ${maxSide}.`,
    );
  }
  if (Math.min(...sides) < minSide) {
    throw new MediaError(
      'TOO_SMALL',
      `The picture is ${width} × ${height}; no side may be shorter than ${minSide}.`,
    );
  }
}

// A clip cut to the very limit runs over it by a frame of picture or sound.
const TOLERANCE_SECONDS = 0.1;

const describe = (seconds: number) =>
  seconds < 100 ? `${Number(seconds.toFixed(1))} s` : `${Math.round(seconds)} s`;
const toMegabytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
