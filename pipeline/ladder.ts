// Which renditions a source gets: named by short side, never enlarged.

import type { Ratio, Source } from './probe.js';

export interface Rendition {
  readonly name: string;
  readonly shortSide: number;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Ratio;
  /** Bits per second that no rendition may pass, on average. */
  readonly cap: number;
}

/** Highest first; never empty. */
export function chooseLadder({ video }: { readonly video: Picture }): readonly Rendition[] {
  const short = Math.min(video.width, video.height);
  const rungs = RUNGS.filter((rung) => rung.shortSide <= short);
  const chosen = rungs.length > 0 ? rungs : [{ shortSide: toEven(short), cap: LOWEST_CAP }];
  return chosen.map((rung) => toRendition(rung, video));
}

type Picture = Pick<Source['video'], 'width' | 'height' | 'frameRate'>;

interface Rung {
  readonly shortSide: number;
  readonly cap: number;
}

const LOWEST_CAP = 400_000;
const RUNGS: readonly Rung[] = [
  { shortSide: 1080, cap: 5_000_000 },
  { shortSide: 720, cap: 2_800_000 },
  { shortSide: 480, cap: 1_400_000 },
  { shortSide: 360, cap: 800_000 },
  { shortSide: 240, cap: LOWEST_CAP },
];
const BASE_FRAME_RATE = 30;
const TOP_FRAME_RATE = 60;
/** What 60 frames per second may cost of what 30 do; rates between them in proportion. */
const TOP_RATE_FACTOR = 1.4;

function toRendition({ shortSide, cap }: Rung, { width, height, frameRate }: Picture): Rendition {
  const short = Math.min(width, height);
  const full = Math.max(width, height);
  const long = Math.min(nearestEven((full * shortSide) / short), toEven(full));
  const isPortrait = height > width;
  return {
    name: `${shortSide}p`,
    shortSide,
    width: isPortrait ? shortSide : long,
    height: isPortrait ? long : shortSide,
    frameRate,
    cap: Math.round(cap * rateFactor(frameRate)),
  };
}

function rateFactor({ num, den }: Ratio): number {
  const above = (num / den - BASE_FRAME_RATE) / (TOP_FRAME_RATE - BASE_FRAME_RATE);
  return 1 + (TOP_RATE_FACTOR - 1) * Math.min(1, Math.max(0, above));
}

// 4:2:0 needs even sizes.
const toEven = (pixels: number) => Math.max(2, 2 * Math.floor(pixels / 2));
const nearestEven = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));
