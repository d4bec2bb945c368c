// Where a clip's timeline begins: at its first sample, moved onto the grid of its pictures.

import type { Ratio } from './probe.js';

/** Sound cut at the front, in seconds: less than the priming of any codec and than anybody hears. */
const MOST_CUT = 0.02;

/**
 * The instant that becomes 0. Late pictures wait a whole number of frames, and sound moves along with them: were
 * each track rounded by itself, they would come apart by up to half a frame.
 * @param soundStart null where there is no sound
 */
export function chooseOrigin(
  pictureStart: number,
  frameRate: Ratio,
  soundStart: number | null,
): number {
  const frame = frameRate.den / frameRate.num;
  const early = soundStart === null ? 0 : Math.max(0, pictureStart - soundStart);
  const nearest = Math.round(early / frame);
  const frames = early - nearest * frame > MOST_CUT ? nearest + 1 : nearest;
  return pictureStart - frames * frame;
}

/** Samples of silence before the sound; negative where its first samples are left out. */
export const countLateSamples = (soundStart: number, origin: number, sampleRate: number): number =>
  Math.round((soundStart - origin) * sampleRate);
