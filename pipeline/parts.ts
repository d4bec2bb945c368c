// Whether a clip's pictures are encoded in parts, by several workers at a time, and where it is cut: on the GOP grid.

import { type Cut, countFrames, toGopStart } from './encode.js';
import type { Source } from './probe.js';

export interface SplitRule {
  /** Clips longer than this are split; 0 for never. */
  readonly splitSeconds: number;
  /** Encodes that the live workers run at a time. */
  readonly slots: number;
}

/** How many parts a clip is encoded in: an even number, so that two workers get the same, or one. */
export function chooseParts(source: Source, { splitSeconds, slots }: SplitRule): number {
  const seconds = source.durationMs / 1000;
  const isWorth = splitSeconds > 0 && seconds > splitSeconds && slots > 1;
  if (!isWorth || !canCut(source)) return 1;
  const wanted = 2 * Math.round(seconds / (2 * PART_SHARE * splitSeconds));
  return cutParts(source, Math.min(wanted, MOST_PARTS)).length;
}

/** All frames of a source's timeline, in at most `count` parts that begin on the GOP grid. */
export function cutParts(source: Source, count: number): Cut[] {
  const { frameRate } = source.video;
  const frames = countFrames(source);
  let gops = 1;
  while (toGopStart(gops, frameRate) < frames) gops += 1;
  const parts = Math.max(1, Math.min(count, gops));
  const starts = Array.from({ length: parts }, (_, part) =>
    toGopStart(Math.round((part * gops) / parts), frameRate),
  );
  return starts.map((first, part) => ({
    ...{ first, end: starts[part + 1] ?? frames, seek: seekFor(source, first) },
  }));
}

/** Early enough that the picture before the part's first one comes out whole. */
function seekFor({ origin, video }: Source, first: number): number | null {
  const { frameRate, seekLead, start, end } = video;
  if (first === 0 || seekLead === null) return null;
  const frame = frameRate.den / frameRate.num;
  const wanted = Math.min(origin + first * frame, end) - seekLead - frame - MARGIN_SECONDS;
  return wanted > Math.max(0, start) ? wanted : null;
}

/** Only what is known to come out of the middle of its file as it comes out of the whole. */
const canCut = ({ container, video }: Source): boolean =>
  INDEXED.has(container) &&
  INTACT.has(video.codec) &&
  !video.isInterlaced &&
  video.delay === 0 &&
  video.seekLead !== null &&
  video.seekLead <= LONGEST_LEAD_SECONDS;

const MOST_PARTS = 8;
/** Of the shortest clip that is split: fine enough that workers end together, and that each start is little beside the rest. */
const PART_SHARE = 1 / 3;
/** A picture that stands for longer is hardly any work. */
const LONGEST_LEAD_SECONDS = 5;
const MARGIN_SECONDS = 0.1;
/** A transport stream is searched by its bytes, and AVI knows no times of pictures. */
const INDEXED: ReadonlySet<string> = new Set(['mov', 'matroska']);
const INTACT: ReadonlySet<string> = new Set([
  ...['h264', 'hevc', 'vp8', 'vp9', 'av1', 'prores', 'mjpeg'],
]);
