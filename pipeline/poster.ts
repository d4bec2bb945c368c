// Decides which picture of a clip stands for it: where to look, how to judge, at which sizes to keep it.

/** What a frame looks like, measured on its luma (0 black to 255 white). */
export interface FrameLook {
  readonly mean: number;
  /** Standard deviation: 0 for one flat colour. */
  readonly deviation: number;
  /** Mean absolute Laplacian: near 0 for a blurred frame. */
  readonly sharpness: number;
  /** Share of the pixels in each of sixteen steps from dark to light. */
  readonly histogram: readonly number[];
}

const SHARES = [0.1, 0.35, 0.6, 0.85];
const WIDTHS = [320, 640, 1280];
const STEPS = 16;

/** Seconds at which candidate frames are taken, ascending; the opening and the end are avoided. */
export function choosePosterInstants(durationMs: number): number[] {
  return SHARES.map((share) => Math.floor(durationMs * share) / 1000);
}

/** Widths the poster is kept in, ascending: never upscaled, a narrow clip in its own width once. */
export function choosePosterWidths(width: number): number[] {
  return [...new Set(WIDTHS.map((wanted) => Math.min(wanted, width)))];
}

/**
 * The index of the frame that shows the clip best: well exposed, rich in contrast, sharp, and like the
 * other candidates. Black, white and flat frames win only where there is nothing else.
 */
export function choosePoster(looks: readonly FrameLook[]): number {
  const sharpest = Math.max(...looks.map((look) => look.sharpness));
  const typical = averageHistogram(looks.filter(isTelling));
  const scores = looks.map((look) => {
    const exposure = 1 - Math.abs(look.mean - 128) / 128;
    const contrast = Math.min(1, look.deviation / 64);
    const sharpness = sharpest > 0 ? look.sharpness / sharpest : 0;
    const likeness = 1 - histogramDistance(look.histogram, typical);
    const telling = isTelling(look) ? 10 : 0;
    return telling + exposure + contrast + sharpness + likeness;
  });
  return scores.indexOf(Math.max(...scores));
}

/** Whether a viewer would see something in the frame: not black, not white, not one flat colour. */
export function isTelling({ mean, deviation }: FrameLook): boolean {
  return mean > 20 && mean < 238 && deviation > 6;
}

/** Measures a frame given as one luma byte a pixel, row by row. */
export function lookAtFrame(luma: Uint8Array, width: number, height: number): FrameLook {
  const histogram = new Array<number>(STEPS).fill(0);
  let sum = 0;
  let squares = 0;
  for (const value of luma) {
    sum += value;
    squares += value * value;
    const step = value >> 4;
    histogram[step] = (histogram[step] ?? 0) + 1 / luma.length;
  }
  const mean = sum / luma.length;
  const deviation = Math.sqrt(Math.max(0, squares / luma.length - mean * mean));
  return { mean, deviation, sharpness: meanLaplacian(luma, width, height), histogram };
}

function meanLaplacian(luma: Uint8Array, width: number, height: number): number {
  let total = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const across = (luma[at - 1] ?? 0) + (luma[at + 1] ?? 0);
      const down = (luma[at - width] ?? 0) + (luma[at + width] ?? 0);
      total += Math.abs(across + down - 4 * (luma[at] ?? 0));
    }
  }
  return total / Math.max(1, (width - 2) * (height - 2));
}

const averageHistogram = (looks: readonly FrameLook[]) =>
  Array.from(
    { length: STEPS },
    (_, step) =>
      looks.reduce((sum, { histogram }) => sum + (histogram[step] ?? 0), 0) /
      Math.max(1, looks.length),
  );

/** 0 for equal histograms, 1 for those that share nothing. */
const histogramDistance = (one: readonly number[], other: readonly number[]) =>
  one.reduce((sum, share, step) => sum + Math.abs(share - (other[step] ?? 0)), 0) / 2;
