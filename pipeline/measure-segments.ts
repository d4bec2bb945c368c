// Fragments → segments on the 4 s grid, and what they cost.

import type { Fragment } from './boxes.js';
import { BoxError } from './boxes-bytes.js';
import type { Track } from './boxes-movie.js';

export const SEGMENT_SECONDS = 4;

export interface Segment {
  /** Of the first sample, in seconds of decode time. */
  readonly start: number;
  readonly duration: number;
  readonly offset: number;
  readonly size: number;
  readonly fragments: readonly Fragment[];
}

/** What a segment costs; of a playlist's segment too. */
export type Measured = Pick<Segment, 'duration' | 'size'>;

/** A rest shorter than this joins the segment before it, which still rounds to 4 s. */
const SHORTEST_REST = 0.45;
/** Times are rounded to the track's timescale. */
const ROUNDING = 0.002;

/** How many segments a clip of this length has. */
export function countSegments(seconds: number): number {
  const whole = Math.floor((seconds + ROUNDING) / SEGMENT_SECONDS);
  const rest = seconds - whole * SEGMENT_SECONDS;
  return Math.max(1, rest < SHORTEST_REST ? whole : whole + 1);
}

/** Groups one track's fragments into at most `count` segments. @throws BoxError */
export function measureSegments(
  fragments: readonly Fragment[],
  { id, timescale }: Pick<Track, 'id' | 'timescale'>,
  count: number,
): Segment[] {
  const timed = fragments.map((fragment) => ({
    fragment,
    ...timeFragment(fragment, id, timescale),
  }));
  const origin = timed[0]?.start ?? 0;
  const groups = new Map<number, typeof timed>();
  for (const part of timed) {
    const index = Math.min(
      count - 1,
      Math.floor((part.start - origin + ROUNDING) / SEGMENT_SECONDS),
    );
    groups.set(index, [...(groups.get(index) ?? []), part]);
  }
  return [...groups.values()].map((group) => ({
    start: group[0]?.start ?? 0,
    duration: group.reduce((sum, { duration }) => sum + duration, 0),
    ...spanOf(group.map(({ fragment }) => fragment)),
  }));
}

/** Start and length of one track's part of a fragment, in seconds. @throws BoxError */
export function timeFragment(
  { tracks, offset }: Fragment,
  trackId: number,
  timescale: number,
): Pick<Segment, 'start' | 'duration'> {
  const part = tracks.find((track) => track.trackId === trackId);
  if (part?.baseDecodeTime == null || part.samples.length === 0) {
    throw new BoxError(`The fragment at byte ${offset} has no times`);
  }
  const duration = part.samples.reduce((sum, sample) => sum + sample.duration, 0);
  return { start: part.baseDecodeTime / timescale, duration: duration / timescale };
}

function spanOf(fragments: readonly Fragment[]): Pick<Segment, 'offset' | 'size' | 'fragments'> {
  const offset = fragments[0]?.offset ?? 0;
  const last = fragments.at(-1);
  return { offset, size: last ? last.offset + last.size - offset : 0, fragments };
}

export const bitrateOf = ({ size, duration }: Measured): number => (size * 8) / duration;

/** Of the costliest segment, in bits per second. */
export const peakBitrate = (segments: readonly Measured[]): number =>
  Math.max(0, ...segments.map(bitrateOf));

export function averageBitrate(segments: readonly Measured[]): number {
  const total = sumOf(segments);
  return total.duration > 0 ? bitrateOf(total) : 0;
}

/**
 * Peak segment bit rate as RFC 8216 4.1 has it: of any neighbouring segments that last between
 * half and one and a half target durations together; of one alone where none do.
 */
export function peakWindowBitrate(segments: readonly Measured[], target: number): number {
  let peak = 0;
  for (let from = 0; from < segments.length; from++) {
    for (let to = from + 1; to <= segments.length; to++) {
      const total = sumOf(segments.slice(from, to));
      if (total.duration > target * 1.5) break;
      if (total.duration >= target * 0.5) peak = Math.max(peak, bitrateOf(total));
    }
  }
  return peak > 0 ? peak : peakBitrate(segments);
}

const sumOf = (segments: readonly Measured[]): Measured => ({
  size: segments.reduce((sum, { size }) => sum + size, 0),
  duration: segments.reduce((sum, { duration }) => sum + duration, 0),
});
