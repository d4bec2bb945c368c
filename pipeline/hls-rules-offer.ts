// What the multivariant playlist says of each variant, against what its media is.

import { codecString } from './codecs.js';
import { numberOf, resolutionOf, textOf } from './hls-attributes.js';
import { must, type Rule, rate, should, type Violation, when } from './hls-rule.js';
import { type OfferedVariant, offeredVariants, type ReadTrack } from './hls-stream.js';
import { frameDuration } from './hls-times.js';
import {
  averageBitrate,
  type Measured,
  peakBitrate,
  peakWindowBitrate,
} from './measure-segments.js';

const TOLERANCE = 0.1;

export const OFFER_RULES: readonly Rule[] = [
  must(
    'codecs-match',
    '9.1',
    eachVariant(({ name, tag, video, audio }) => {
      const declared = textOf(tag.attributes, 'CODECS');
      if (declared === null) return when(true, name, 'CODECS is absent');
      const expected = [...(video ? [video] : []), ...audio].flatMap(codecsOf);
      const same = normalise(declared.split(',')) === normalise(expected);
      return when(!same && video !== null, name, `CODECS is ${declared}, the media is ${expected}`);
    }),
  ),
  must(
    'resolution-match',
    '9.2',
    eachVariant(({ name, tag, video }) => {
      const declared = resolutionOf(tag.attributes);
      if (video?.role === 'audio') return [];
      if (!declared) return when(true, name, 'RESOLUTION is absent');
      if (!video) return [];
      const { width, height } = video.track;
      const same = declared.width === Math.round(width) && declared.height === Math.round(height);
      const said = `${declared.width}x${declared.height}`;
      return when(!same, name, `RESOLUTION is ${said}, the picture ${width}x${height}`);
    }),
  ),
  must(
    'frame-rate-match',
    '9.15',
    eachVariant(({ name, tag, video }) => {
      const declared = numberOf(tag.attributes, 'FRAME-RATE');
      if (video?.role === 'audio') return [];
      if (declared === null) return when(true, name, 'FRAME-RATE is absent');
      const measured = video ? 1 / frameDuration(video) : declared;
      const differs = Math.abs(declared - measured) > 0.01;
      return when(differs, name, `FRAME-RATE is ${declared}, measured ${measured.toFixed(3)}`);
    }),
  ),
  must(
    'average-bandwidth-match',
    '9.14, 1.26',
    eachVariant(({ name, tag, video, audio }) => {
      const declared = numberOf(tag.attributes, 'AVERAGE-BANDWIDTH');
      if (declared === null) return when(true, name, 'AVERAGE-BANDWIDTH is absent');
      if (!video) return [];
      const measured = averageOf(video) + Math.max(0, ...audio.map(averageOf));
      const message = `AVERAGE-BANDWIDTH is ${rate(declared)}, measured ${rate(measured)}`;
      return when(!isNear(declared, measured), name, message);
    }),
  ),
  must(
    'bandwidth-match',
    '9.13, 1.27',
    eachVariant(({ name, tag, video, audio }) => {
      const declared = numberOf(tag.attributes, 'BANDWIDTH');
      if (declared === null) return when(true, name, 'BANDWIDTH is absent');
      if (!video) return [];
      // A rest at the end of a clip counts alone, or with what is before it, as RFC 8216 4.1 has it.
      const measures = [peakOf, peakWindowOf].map(
        (peak) => peak(video) + Math.max(0, ...audio.map(peak)),
      );
      const message = `BANDWIDTH is ${rate(declared)}, measured ${measures.map(rate).join(' or ')}`;
      return when(!measures.some((measured) => isNear(declared, measured)), name, message);
    }),
  ),
  should(
    'peak-to-average',
    '1.30',
    eachVariant(({ name, video }) => {
      if (!video) return [];
      const [peak, average] = [peakOf(video), averageOf(video)];
      return when(peak > average * 2, name, `peak ${rate(peak)}, average ${rate(average)}`);
    }),
  ),
  must('independent-segments', '9.11', (stream) => {
    const playlists = stream.tracks.flatMap(({ playlist, role }) =>
      playlist && role === 'video' ? [playlist] : [],
    );
    const isSaid =
      stream.multivariant.isIndependent ||
      (playlists.length > 0 && playlists.every(({ isIndependent }) => isIndependent));
    return when(!isSaid, null, 'EXT-X-INDEPENDENT-SEGMENTS is absent');
  }),
];

function eachVariant(check: (variant: OfferedVariant) => Violation[]): Rule['check'] {
  return (stream) => offeredVariants(stream).flatMap(check);
}

/** Of every track in the file, for streams whose sound lies with the pictures. */
const codecsOf = ({ header }: ReadTrack): string[] =>
  header.tracks
    .filter(({ kind }) => kind !== 'other')
    .flatMap(({ entries }) => entries.slice(0, 1).map(codecString));

const normalise = (codecs: readonly string[]): string =>
  [...new Set(codecs.map((codec) => codec.trim().toLowerCase()))].sort().join();

const isNear = (declared: number, measured: number): boolean =>
  Math.abs(declared - measured) <= measured * TOLERANCE;

const costs = (track: ReadTrack): Measured[] =>
  track.segments.map(({ size, listed }) => ({ size, duration: listed.duration }));
const averageOf = (track: ReadTrack): number => averageBitrate(costs(track));
const peakOf = (track: ReadTrack): number => peakBitrate(costs(track));
const peakWindowOf = (track: ReadTrack): number =>
  peakWindowBitrate(costs(track), track.playlist.targetDuration ?? 0);
