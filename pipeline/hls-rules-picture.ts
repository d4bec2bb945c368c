// The pictures: codec, level, rate, size, colour.

import { readAvc } from './codecs.js';
import { neededLevel } from './h264-levels.js';
import { textOf } from './hls-attributes.js';
import { eachTrack, must, type Rule, should, type Violation, when } from './hls-rule.js';
import { entryOf, offeredVariants, type ReadTrack, readTracks } from './hls-stream.js';
import { frameDuration } from './hls-times.js';
import { peakBitrate } from './measure-segments.js';

const ENTRIES = ['avc1', 'hvc1'];
/** 4.1 and 5.2. */
const [COMMON_LEVEL, TOP_LEVEL] = [41, 52];
const HIGH_PROFILE = 100;
const [FEWEST_FRAMES, MOST_FRAMES] = [23.976, 60];

export const PICTURE_RULES: readonly Rule[] = [
  must(
    'sample-entry',
    '1.2–1.5, 1.10',
    eachTrack(['video', 'iframes'], (track) => {
      const type = entryOf(track)?.type ?? 'none';
      return when(!ENTRIES.includes(type), track.name, `the sample entry is ${type}`);
    }),
  ),
  must(
    'h264-level',
    '1.3b',
    eachVideo((track) => {
      const level = levelOf(track) ?? 0;
      return when(level > TOP_LEVEL, track.name, `level ${level / 10}`);
    }),
  ),
  must('h264-common-level', '1.3a', (stream) => {
    const avc = readTracks(stream, 'video').filter((track) => entryOf(track)?.avcC);
    const isCommon = (track: ReadTrack) =>
      (levelOf(track) ?? 0) <= COMMON_LEVEL && (profileOf(track) ?? 0) <= HIGH_PROFILE;
    const broken = avc.length > 0 && !avc.some(isCommon);
    return when(broken, null, 'no variant is High at level 4.1 or below');
  }),
  should(
    'h264-level-needed',
    '1.11',
    eachVideo((track) => {
      const level = levelOf(track);
      const needed = neededLevel({
        ...{ width: track.track.width, height: track.track.height },
        frameRate: 1 / frameDuration(track),
        peak: peakBitrate(track.segments.map(({ size, listed }) => ({ size, ...listed }))),
      });
      const isHigher = level !== null && needed !== null && level > needed;
      return when(
        isHigher,
        track.name,
        `level ${(level ?? 0) / 10} where ${(needed ?? 0) / 10} will do`,
      );
    }),
  ),
  must(
    'frame-rate-cap',
    '1.18',
    eachVideo((track) => {
      const measured = 1 / frameDuration(track);
      const isFast = measured > MOST_FRAMES + 0.01;
      return when(isFast, track.name, `${measured.toFixed(3)} frames a second`);
    }),
  ),
  should(
    'frame-rate-floor',
    '1.19',
    eachVideo((track) => {
      const measured = 1 / frameDuration(track);
      const isSlow = measured < FEWEST_FRAMES - 0.01;
      return when(isSlow, track.name, `${measured.toFixed(3)} frames a second`);
    }),
  ),
  must('same-aspect', '1.33', (stream) => {
    const tracks = readTracks(stream, 'video');
    const [largest] = tracks.toSorted((a, b) => b.track.width - a.track.width);
    return tracks.flatMap(({ name, track }) => {
      const wanted = largest
        ? (track.height * largest.track.width) / largest.track.height
        : track.width;
      const off = Math.abs(track.width - wanted);
      // Small pictures are rounded to even sizes by more than one per cent.
      const isOdd = off > wanted * 0.01 && off > 2;
      return when(isOdd, name, `${track.width}x${track.height} has another aspect`);
    });
  }),
  must(
    'colour-signalled',
    '1.21',
    eachVideo((track) => {
      const colour = entryOf(track)?.colour;
      if (!colour) return when(true, track.name, 'there is no colr of type nclx');
      const codes = [colour.primaries, colour.transfer, colour.matrix].join('/');
      const isSdr = rangeOf(track) === 'SDR';
      const isRight = !isSdr || (codes === '1/1/1' && !colour.isFullRange);
      return when(
        !isRight,
        track.name,
        `colour is ${codes}${colour.isFullRange ? ', full range' : ''}`,
      );
    }),
  ),
  must('video-range', '1.24, 9.16', (stream) => {
    const variants = offeredVariants(stream).filter(({ video }) => video !== null);
    const wrong = variants.flatMap(({ name, tag, video }) => {
      const declared = textOf(tag.attributes, 'VIDEO-RANGE') ?? 'SDR';
      const actual = video ? rangeOf(video) : declared;
      return when(declared !== actual, name, `VIDEO-RANGE is ${declared}, the picture ${actual}`);
    });
    const hasSdr = variants.some(({ video }) => video && rangeOf(video) === 'SDR');
    return [...wrong, ...when(variants.length > 0 && !hasSdr, null, 'no variant is SDR')];
  }),
];

function eachVideo(check: (track: ReadTrack) => Violation[]): Rule['check'] {
  return eachTrack(['video'], check);
}

const avcOf = (track: ReadTrack) => {
  const entry = entryOf(track);
  return entry?.avcC ? readAvc(entry) : null;
};
const levelOf = (track: ReadTrack): number | null => avcOf(track)?.level ?? null;
const profileOf = (track: ReadTrack): number | null => avcOf(track)?.profile ?? null;

const RANGES: Readonly<Record<number, string>> = { 16: 'PQ', 18: 'HLG' };
const rangeOf = (track: ReadTrack): string =>
  RANGES[entryOf(track)?.colour?.transfer ?? 0] ?? 'SDR';
