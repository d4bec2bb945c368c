// I-frame playlists: what players scrub with.

import { isIdr } from './boxes-nal.js';
import { codecString } from './codecs.js';
import { numberOf, resolutionOf, textOf } from './hls-attributes.js';
import { eachTrack, must, type Rule, rate, type Violation, when } from './hls-rule.js';
import { entryOf, type ParsedStream, type ReadTrack, readTracks, samplesOf } from './hls-stream.js';
import { peakBitrate, peakWindowBitrate } from './measure-segments.js';

export const IFRAME_RULES: readonly Rule[] = [
  must('iframes-exist', '6.1', ({ multivariant: { variants, iframeStreams } }) =>
    when(variants.length > 0 && iframeStreams.length === 0, null, 'there is no I-frame playlist'),
  ),
  must('iframes-for-each', 'own', (stream) => {
    const names = stream.tracks.filter(({ role }) => role === 'iframes').map(({ name }) => name);
    return readTracks(stream, 'video').flatMap(({ name }) =>
      when(names.length > 0 && !names.includes(name), name, 'it has no I-frame playlist'),
    );
  }),
  must(
    'iframes-only',
    '6.8',
    eachTrack(['iframes'], ({ name, playlist }) =>
      when(!playlist.isIframesOnly, name, 'EXT-X-I-FRAMES-ONLY is absent'),
    ),
  ),
  must(
    'iframes-attributes',
    '9.3, 9.4',
    eachIframeStream(({ attributes }, name, track) => {
      const entry = track && entryOf(track);
      const [codecs, size] = [textOf(attributes, 'CODECS'), resolutionOf(attributes)];
      const codec = entry ? codecString(entry) : codecs;
      const { width, height } = track?.track ?? { ...size };
      const isSize = size !== null && size.width === width && size.height === height;
      return [
        ...when(codecs === null || codecs !== codec, name, `CODECS is ${codecs}, not ${codec}`),
        ...when(!isSize, name, `RESOLUTION is not ${width}x${height}`),
      ];
    }),
  ),
  must(
    'iframes-bandwidth',
    '9.13',
    eachIframeStream(({ attributes }, name, track) => {
      const declared = numberOf(attributes, 'BANDWIDTH');
      if (declared === null) return when(true, name, 'BANDWIDTH is absent');
      if (!track) return [];
      const costs = track.segments.map(({ size, listed }) => ({ size, ...listed }));
      const measures = [
        peakBitrate(costs),
        peakWindowBitrate(costs, track.playlist.targetDuration ?? 0),
      ];
      const isFar = measures.every((measured) => Math.abs(declared - measured) > measured * 0.1);
      const message = `BANDWIDTH is ${rate(declared)}, measured ${measures.map(rate).join(' or ')}`;
      return when(isFar, name, message);
    }),
  ),
  must(
    'iframes-ranges',
    '6.10',
    eachTrack(['iframes'], (track) => {
      const at = track.segments.findIndex((segment) => {
        const [first] = samplesOf(track, segment);
        const { isExact, firstNals } = segment;
        return (
          !isExact || !first?.isSync || (firstNals && !isIdr(firstNals.codec, firstNals.types))
        );
      });
      return when(at >= 0, track.name, `range ${at} is not a moof and the keyframe after it`);
    }),
  ),
  must(
    'iframes-complete',
    'own',
    eachTrack(['iframes'], (track, stream) => {
      const video = readTracks(stream, 'video').find(({ name }) => name === track.name);
      if (!video) return [];
      const keyframes = video.segments
        .flatMap((segment) => samplesOf(video, segment))
        .filter(({ isSync }) => isSync).length;
      const listed = track.playlist.segments.length;
      return when(
        listed !== keyframes,
        track.name,
        `${listed} of ${keyframes} keyframes are listed`,
      );
    }),
  ),
];

type IframeTag = ParsedStream['multivariant']['iframeStreams'][number];

function eachIframeStream(
  check: (tag: IframeTag, name: string, track: ReadTrack | undefined) => Violation[],
): Rule['check'] {
  return (stream) =>
    stream.multivariant.iframeStreams.flatMap((tag) => {
      const track = readTracks(stream, 'iframes').find(({ uri }) => uri === tag.uri);
      return check(tag, track?.name ?? tag.uri ?? '', track);
    });
}
