// The samples: keyframes, decode times, presentation times.

import { isIdr } from './boxes-nal.js';
import { eachTrack, must, type Rule, seconds, should, when } from './hls-rule.js';
import { partsOf, type ReadTrack, readTracks, samplesOf } from './hls-stream.js';
import { frameDuration, presentationStart, timeSamples } from './hls-times.js';

const GOP_SECONDS = 2;
/** Both tracks start at presentation time 0 within this. */
const START_TOLERANCE = 0.001;

export const SAMPLE_RULES: readonly Rule[] = [
  must(
    'segment-starts-with-idr',
    '7.4',
    eachTrack(['video'], (track) => {
      const at = track.segments.findIndex(
        (segment) =>
          !samplesOf(track, segment)[0]?.isSync ||
          (segment.firstNals && !isIdr(segment.firstNals.codec, segment.firstNals.types)),
      );
      return when(at >= 0, track.name, `segment ${at} does not start with an IDR picture`);
    }),
  ),
  should(
    'keyframe-interval',
    '1.13',
    eachTrack(['video'], (track) => {
      const { timescale } = track.track;
      let longest = 0;
      let since = 0;
      for (const sample of track.segments.flatMap((segment) => samplesOf(track, segment))) {
        if (sample.isSync) since = 0;
        since += sample.duration / timescale;
        longest = Math.max(longest, since);
      }
      const isLong = longest > GOP_SECONDS + frameDuration(track) + START_TOLERANCE;
      return when(isLong, track.name, `${seconds(longest)} between two keyframes`);
    }),
  ),
  must(
    'decode-times',
    '7.1, 7.3',
    eachTrack(['video', 'audio'], (track) => {
      const parts = track.segments.flatMap((segment) => partsOf(track, segment));
      let due = parts[0]?.baseDecodeTime ?? 0;
      for (const [index, { baseDecodeTime, samples }] of parts.entries()) {
        if (baseDecodeTime === null) return when(true, track.name, `fragment ${index} has no tfdt`);
        const gap = (baseDecodeTime - due) / track.track.timescale;
        if (gap !== 0)
          return when(true, track.name, `fragment ${index} starts ${seconds(gap)} off`);
        due += samples.reduce((sum, { duration }) => sum + duration, 0);
      }
      return [];
    }),
  ),
  must(
    'starts-at-zero',
    'own',
    eachTrack(['video', 'audio'], (track) => {
      const start = presentationStart(track);
      const isOff = start !== null && Math.abs(start) > START_TOLERANCE;
      return when(isOff, track.name, `the first sample is presented at ${seconds(start ?? 0)}`);
    }),
  ),
  must('sound-in-time', 'own', (stream) => {
    const starts = (tracks: readonly ReadTrack[]) =>
      tracks.map((track) => presentationStart(track) ?? 0);
    const pictures = starts(readTracks(stream, 'video'));
    return readTracks(stream, 'audio').flatMap((track) => {
      const start = presentationStart(track) ?? 0;
      const apart = Math.max(0, ...pictures.map((picture) => Math.abs(picture - start)));
      return when(
        apart > START_TOLERANCE,
        track.name,
        `it starts ${seconds(apart)} off the picture`,
      );
    });
  }),
  must(
    'closed-gop',
    'own',
    eachTrack(['video'], (track) => {
      const timed = track.segments.flatMap((segment) => timeSamples(track, segment) ?? []);
      let [keyframe, latest] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { isSync, presented } of timed) {
        if (isSync && presented < latest)
          return when(true, track.name, 'a picture follows the next keyframe');
        if (isSync) keyframe = presented;
        if (presented < keyframe) return when(true, track.name, 'a picture precedes its keyframe');
        latest = Math.max(latest, presented);
      }
      return [];
    }),
  ),
  must(
    'constant-frame-rate',
    'own',
    eachTrack(['video'], (track) => {
      const times = track.segments
        .flatMap((segment) => timeSamples(track, segment) ?? [])
        .map(({ presented }) => presented)
        .sort((a, b) => a - b);
      const frame = frameDuration(track);
      const isUneven = times.some((time, index) => {
        const gap = time - (times[index - 1] ?? time - frame);
        return Math.abs(gap - frame) > START_TOLERANCE;
      });
      return when(isUneven, track.name, 'frames are not evenly spaced');
    }),
  ),
];
