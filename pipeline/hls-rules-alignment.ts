// How the playlists of a stream agree with each other.

import { findOdd } from './hls-majority.js';
import { must, type Rule, type Violation } from './hls-rule.js';
import { type ReadTrack, readTracks } from './hls-stream.js';
import { frameDuration, segmentStart, timeSamples, trackDuration } from './hls-times.js';

/** Rounding of time bases. */
const ROUNDING = 0.001;

export const ALIGNMENT_RULES: readonly Rule[] = [
  must('same-target-duration', '8.2', (stream) =>
    blameOdd(
      readTracks(stream, 'video', 'audio').map(({ name, playlist }) => ({
        ...{ name, value: playlist.targetDuration },
      })),
      (a, b) => a === b,
      'target durations differ',
    ),
  ),
  must('same-duration', '8.3, 8.7', (stream) => {
    const tracks = readTracks(stream, 'video', 'audio');
    const tolerance = Math.max(AUDIO_FRAME, ...readTracks(stream, 'audio').map(frameDuration));
    return blameOdd(
      tracks.map((track) => ({ name: track.name, value: trackDuration(track) })),
      (a, b) => Math.abs(a - b) <= tolerance + ROUNDING,
      'lengths differ',
    );
  }),
  must('segments-aligned', '8.22', (stream) => {
    const tracks = readTracks(stream, 'video', 'audio');
    const starts = (track: ReadTrack) =>
      track.segments.map((segment) => segmentStart(track, segment) ?? Number.NaN);
    return blameOdd(
      tracks.map((track) => ({ name: track.name, value: starts(track) })),
      areTogether(Math.max(0, ...tracks.map(frameDuration))),
      'segments do not start together',
    );
  }),
  must('keyframes-aligned', 'own', (stream) => {
    const tracks = readTracks(stream, 'video');
    const keyframes = (track: ReadTrack) =>
      track.segments
        .flatMap((segment) => timeSamples(track, segment) ?? [])
        .filter(({ isSync }) => isSync)
        .map(({ presented }) => presented);
    return blameOdd(
      tracks.map((track) => ({ name: track.name, value: keyframes(track) })),
      areTogether(0),
      'keyframes are not at the same instants',
    );
  }),
];

/** 1,024 samples at 48 kHz. */
const AUDIO_FRAME = 1024 / 48_000;

const areTogether =
  (tolerance: number) =>
  (a: readonly number[], b: readonly number[]): boolean =>
    a.length === b.length &&
    a.every((time, index) => Math.abs(time - (b[index] ?? 0)) <= tolerance + ROUNDING);

function blameOdd<T>(
  ballots: readonly { readonly name: string; readonly value: T }[],
  agrees: (a: T, b: T) => boolean,
  message: string,
): Violation[] {
  const odd = findOdd(ballots, agrees);
  return odd ? odd.map((rendition) => ({ rendition, message })) : [{ rendition: null, message }];
}
