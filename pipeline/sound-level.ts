// How loud sound is, and by how much it is raised, lowered and held back.

/** Integrated loudness in LUFS, −70 where nothing is loud enough to measure; true peak in dBTP. */
export interface Loudness {
  readonly integrated: number;
  readonly truePeak: number;
}

/** Reads the meter's last summary; null where there was nothing but silence. */
export function readLoudness(stderr: string): Loudness | null {
  const read = (pattern: RegExp): number => {
    const value = [...stderr.matchAll(pattern)].at(-1)?.[1];
    return value === '-inf' ? -Infinity : Number(value ?? Number.NaN);
  };
  const integrated = read(/ I:\s+(-?[\d.]+|-inf|nan) LUFS\s+Threshold/g);
  const truePeak = read(/ Peak:\s+(-?[\d.]+|-inf|nan) dBFS/g);
  return Number.isFinite(truePeak) && !Number.isNaN(integrated)
    ? { integrated: Math.max(SILENCE_LUFS, integrated), truePeak }
    : null;
}

/** Whether the meter began anew, as it does where rate or channels change: no summary then holds for all. */
export const wasInterrupted = (stderr: string): boolean =>
  stderr.split('Integrated loudness:').length > 2;

const BLOCK_SECONDS = 0.4;

/**
 * Seconds of silence that belong to what is measured: loudness comes in blocks of 0.4 s, and the clip may go on
 * when its sound has ended. `end` and `clipEnd` are instants of one timeline.
 */
export const chooseTail = (seconds: number, end: number, clipEnd: number): number =>
  Math.min(BLOCK_SECONDS, Math.max(0, clipEnd - end - PADDING_SECONDS, BLOCK_SECONDS - seconds));

/** Less than this after the sound makes no difference. */
const PADDING_SECONDS = 0.05;

const SILENCE_LUFS = -70;
const TARGET_LUFS = -16;
const MOST_GAIN_DB = 30;
/** From here down to silence the gain shrinks to nothing: a quiet room stays one. */
const FAINT_LUFS = -50;
/** Encoding and resampling overshoot by up to a decibel. */
const PEAK_LIMIT_DBTP = -2;
/** Peaks that stand out further stay so: else the hiss between a hammer's blows would become a roar. */
const MOST_HELD_BACK_DB = 24;

export interface Level {
  readonly gainDb: number;
  /** True peak from which sound is held back; null where none comes near. */
  readonly limitDbtp: number | null;
}

/** The gain to the target; `correctionDb` makes up for what limiting takes away, within the same bounds. */
export function chooseLevel(loudness: Loudness | null, correctionDb = 0): Level {
  if (!loudness) return AS_IT_IS;
  const { integrated, truePeak } = loudness;
  const faintness = (integrated - SILENCE_LUFS) / (FAINT_LUFS - SILENCE_LUFS);
  const most = Math.min(
    MOST_GAIN_DB * Math.min(1, faintness),
    PEAK_LIMIT_DBTP + MOST_HELD_BACK_DB - truePeak,
  );
  const gainDb = Math.min(most, TARGET_LUFS - integrated + correctionDb);
  return { gainDb, limitDbtp: truePeak + gainDb > PEAK_LIMIT_DBTP ? PEAK_LIMIT_DBTP : null };
}

export const AS_IT_IS: Level = { gainDb: 0, limitDbtp: null };

/** Decibels that limiting is likely to take away, so that one trial mostly does; measured on music and film. */
export function guessCorrection(loudness: Loudness): number {
  const excess = loudness.truePeak + chooseLevel(loudness).gainDb - PEAK_LIMIT_DBTP;
  return Math.max(0, (excess - 3) * 0.2);
}

const HIGHEST_PEAK_DBTP = -1.1;
const TOLERANCE_DB = 0.5;
const MOST_REVISION_DB = 3;

/**
 * A better level than that which made what is heard; null where none is needed. Encoding adds to peaks, and takes
 * the highest tones away, of which noise has many.
 * @param goal the integrated loudness that was meant
 * @param meant the level that was chosen at first, from which the gain never goes far
 */
export function reviseLevel(
  level: Level,
  heard: Loudness,
  goal: number,
  meant: Level = level,
): Level | null {
  const over = heard.truePeak - HIGHEST_PEAK_DBTP;
  const missing = goal - heard.integrated;
  const isOff = heard.integrated > SILENCE_LUFS && Math.abs(missing) > TOLERANCE_DB;
  const gainDb = isOff
    ? Math.max(
        meant.gainDb - MOST_REVISION_DB,
        Math.min(meant.gainDb + MOST_REVISION_DB, level.gainDb + missing),
      )
    : level.gainDb;
  if (over <= 0 && gainDb === level.gainDb) return null;
  const limit = level.limitDbtp ?? PEAK_LIMIT_DBTP;
  return { gainDb, limitDbtp: over > 0 ? limit - over - 0.2 : limit };
}
