// When the samples of a stream are shown: decode times, composition offsets and edit lists.

import type { Sample, TrackFragment } from './boxes-fragment.js';
import type { MovieHeader, Track } from './boxes-movie.js';
import { type ParsedSegment, partsOf, type ReadTrack, samplesOf } from './hls-stream.js';

/** Length of a segment's samples, in seconds. */
export const mediaDuration = (track: ReadTrack, segment: ParsedSegment): number =>
  samplesOf(track, segment).reduce((sum, { duration }) => sum + duration, 0) /
  track.track.timescale;

/** Length of all samples, in seconds. */
export const trackDuration = (track: ReadTrack): number =>
  track.segments.reduce((sum, segment) => sum + mediaDuration(track, segment), 0);

/** Mean length of a sample: a frame of pictures, 1,024 samples of AAC; 0 where there is none. */
export function frameDuration(track: ReadTrack): number {
  const count = track.segments.reduce((sum, segment) => sum + samplesOf(track, segment).length, 0);
  return count > 0 ? trackDuration(track) / count : 0;
}

export interface TimedSample extends Sample {
  /** In seconds, edit lists applied. */
  readonly presented: number;
}

/** Null where a fragment does not say when it starts. */
export function timeSamples(track: ReadTrack, segment: ParsedSegment): TimedSample[] | null {
  const parts = partsOf(track, segment);
  if (parts.some(({ baseDecodeTime }) => baseDecodeTime === null)) return null;
  const shift = editShift(track.header, track.track);
  return parts.flatMap((part) => timePart(part, track.track.timescale, shift));
}

function timePart(part: TrackFragment, timescale: number, shift: number): TimedSample[] {
  let decoded = part.baseDecodeTime ?? 0;
  return part.samples.map((sample) => {
    const presented = (decoded + sample.compositionOffset) / timescale + shift;
    decoded += sample.duration;
    return { ...sample, presented };
  });
}

/** What edit lists add to a composition time: empty edits delay, the first real one cuts off. */
function editShift(header: MovieHeader, { edits, timescale }: Track): number {
  const real = edits.findIndex(({ mediaTime }) => mediaTime >= 0);
  const empty = real < 0 ? edits : edits.slice(0, real);
  const delay = empty.reduce((sum, { duration }) => sum + duration, 0) / header.timescale;
  return delay - (edits[real]?.mediaTime ?? 0) / timescale;
}

/** Of the earliest sample of a segment; null where there is none or no time. */
export function segmentStart(track: ReadTrack, segment: ParsedSegment): number | null {
  const times = timeSamples(track, segment)?.map(({ presented }) => presented) ?? [];
  return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null;
}

/** First instant shown or heard: sound before an edit's start is priming and is not. */
export function presentationStart(track: ReadTrack): number | null {
  const [first] = track.segments;
  const start = first ? segmentStart(track, first) : null;
  return start !== null && track.role === 'audio' ? Math.max(0, start) : start;
}
