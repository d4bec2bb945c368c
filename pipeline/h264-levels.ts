// ITU-T H.264 table A-1: what each level of the High profile allows.

export interface H264Load {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Bits per second. */
  readonly peak: number;
}

/** Ten times the lowest level that carries the load with four reference pictures; null past 5.2. */
export function neededLevel({ width, height, frameRate, peak }: H264Load): number | null {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const blocks = columns * rows;
  const fits = LEVELS.find(
    ([, rate, frame, buffer, kilobits]) =>
      blocks * frameRate <= rate &&
      blocks <= frame &&
      Math.max(columns, rows) <= Math.sqrt(frame * 8) &&
      blocks * REFERENCES <= buffer &&
      peak <= kilobits * HIGH_PROFILE_BITS,
  );
  return fits?.[0] ?? null;
}

const REFERENCES = 4;
/** The High profile may take 1.25 times the table's bit rate. */
const HIGH_PROFILE_BITS = 1250;

/** Level × 10, macroblocks a second, a frame, in the picture buffer, kbit/s. */
const LEVELS: readonly (readonly [number, number, number, number, number])[] = [
  [10, 1485, 99, 396, 64],
  [11, 3000, 396, 900, 192],
  [12, 6000, 396, 2376, 384],
  [13, 11880, 396, 2376, 768],
  [20, 11880, 396, 2376, 2000],
  [21, 19800, 792, 4752, 4000],
  [22, 20250, 1620, 8100, 4000],
  [30, 40500, 1620, 8100, 10000],
  [31, 108000, 3600, 18000, 14000],
  [32, 216000, 5120, 20480, 20000],
  [40, 245760, 8192, 32768, 20000],
  [41, 245760, 8192, 32768, 50000],
  [42, 522240, 8704, 34816, 50000],
  [50, 589824, 22080, 110400, 135000],
  [51, 983040, 36864, 184320, 240000],
  [52, 2073600, 36864, 184320, 240000],
];
