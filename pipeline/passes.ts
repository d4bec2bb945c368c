// In how many runs a clip's pictures are encoded: one, or a small rendition ahead of the rest where that is cheap.

import { isDearToConvert } from './colour-filters.js';
import type { Rendition } from './ladder.js';
import type { Source } from './probe.js';

export type Pass = readonly Rendition[];

export interface PassRule {
  /** Share of one run's CPU time that an early rendition may cost besides, 0 to 1; at 0 there is none. */
  readonly mostExtra: number;
}

/**
 * The renditions by run, each run highest first. Two runs decode the source twice, and so are made only of
 * clips that are worth waiting less for, and whose decoding costs little beside their encoding.
 */
export function choosePasses(
  source: Source,
  ladder: readonly Rendition[],
  { mostExtra }: PassRule,
): readonly Pass[] {
  const early = ladder.find(
    (rendition) =>
      rendition.shortSide <= EARLY_SIDE && estimateShare(source, ladder, rendition) <= EARLY_SHARE,
  );
  const isWorth =
    early !== undefined &&
    source.durationMs >= LEAST_MS &&
    isPlain(source) &&
    estimateExtra(source, ladder) <= mostExtra;
  return isWorth ? [[early], ladder.filter((rendition) => rendition !== early)] : [ladder];
}

/** How much of one run's CPU time a second decoding costs, and all that an early rendition needs besides. */
export function estimateExtra(source: Source, ladder: readonly Rendition[]): number {
  return (decodeSeconds(source) + FIXED_SECONDS) / wholeSeconds(source, ladder);
}

/** How much of the work a run of this sort does: for one bar over all of them. */
export const weighPass = (source: Source, pass: Pass): number =>
  decodeSeconds(source) + encodeSeconds(source, pass);

function estimateShare(source: Source, ladder: readonly Rendition[], early: Rendition): number {
  return weighPass(source, [early]) / (wholeSeconds(source, ladder) + decodeSeconds(source));
}

const wholeSeconds = (source: Source, ladder: readonly Rendition[]): number =>
  decodeSeconds(source) + encodeSeconds(source, ladder);

function decodeSeconds({ durationMs, video }: Source): number {
  const { codec, codedWidth, codedHeight, colour, hdr, measuredFrameRate } = video;
  const frames = (durationMs / 1000) * measuredFrameRate;
  const converting = hdr ? HDR_DECODE_NS : colour.matrix === 'bt709' ? 0 : MATRIX_NS;
  const pixelNs = (DECODE_NS[codec] ?? SLOW_DECODE_NS) + converting;
  return frames * codedWidth * codedHeight * pixelNs * 1e-9;
}

function encodeSeconds({ durationMs, video }: Source, pass: Pass): number {
  const { num, den } = video.frameRate;
  const sizes = pass.map(({ width, height }) => width * height);
  const pixels = sizes.reduce((sum, size) => sum + size, 0);
  const mapped = video.hdr ? (sizes[0] ?? 0) : 0;
  return (durationMs / 1000) * (num / den) * (pixels * ENCODE_NS + mapped * MAP_NS) * 1e-9;
}

/** Filters that work through every picture of the source would run twice, too; tone mapping is done at each size. */
const isPlain = ({ video }: Source): boolean =>
  !video.isInterlaced &&
  video.decoder === null &&
  (video.hdr !== null || (video.bitDepth === 8 && !isDearToConvert(video)));

const LEAST_MS = 10_000;
/** Good enough to watch, small enough to be done soon. */
const EARLY_SIDE = 360;
/** Of all the work; sound, packaging and storing come on top before anybody can play it. */
const EARLY_SHARE = 0.25;

// CPU nanoseconds for a pixel, measured (docs/benchmarks.md); a first scaling goes with the decoding.
const DECODE_NS: Readonly<Record<string, number>> = { h264: 2.5, hevc: 2.7, vp8: 1.4, mpeg4: 1.8 };
const SLOW_DECODE_NS = 5;
/** More bits, and a scaler that works in them. */
const HDR_DECODE_NS = 2.3;
const MATRIX_NS = 0.4;
/** Tone mapping, of the largest rendition of a run. */
const MAP_NS = 26;
const ENCODE_NS = 14;
/** Of one more ffmpeg, and of one more package that is checked and stored. */
const FIXED_SECONDS = 0.25;
