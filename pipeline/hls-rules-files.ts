// The files themselves: there, readable, whole, and as we make them.

import { readAvc } from './codecs.js';
import { eachTrack, must, type Rule, when } from './hls-rule.js';
import { entryOf, type ParsedStream, type TrackFault } from './hls-stream.js';

const HIGH_PROFILE = 100;

export const FILE_RULES: readonly Rule[] = [
  must('objects-exist', 'own', (stream) => faultsOf(stream, 'missing')),
  must('playlist-syntax', 'RFC 8216 4', (stream) => faultsOf(stream, 'syntax')),
  must('media-readable', '7.1', (stream) => faultsOf(stream, 'media')),
  must('relative-uris', 'own', (stream) =>
    stream.tracks.flatMap(({ name, uri, playlist }) => {
      const uris = [
        uri,
        ...[...(playlist?.maps ?? []), ...(playlist?.segments ?? [])].map((part) => part.uri),
      ];
      const stray = uris.find((named) => /^[a-z][a-z0-9+.-]*:|^\/|(^|\/)\.\.(\/|$)/i.test(named));
      return when(stray !== undefined, name, `${stray} leads out of the stream’s folder`);
    }),
  ),
  must(
    'ranges-join',
    'own',
    eachTrack(['video', 'audio'], ({ name, segments }) => {
      const at = segments.findIndex(({ listed, offset }, index) => {
        const before = segments[index - 1];
        return before?.listed.uri === listed.uri && before.offset + before.size !== offset;
      });
      return when(at >= 0, name, `segment ${at} does not start where the one before it ends`);
    }),
  ),
  must(
    'even-size',
    'own',
    eachTrack(['video'], ({ name, track: { width, height } }) =>
      when(width % 2 !== 0 || height % 2 !== 0, name, `the picture is ${width}x${height}`),
    ),
  ),
  must(
    'square-pixels',
    'own',
    eachTrack(['video'], (track) => {
      const entry = entryOf(track);
      const { horizontal, vertical } = entry?.pixelAspect ?? { horizontal: 1, vertical: 1 };
      const { width, height } = track.track;
      const isScaled = entry !== undefined && (entry.width !== width || entry.height !== height);
      return [
        ...when(horizontal !== vertical, track.name, `pixels are ${horizontal}:${vertical}`),
        ...when(
          isScaled,
          track.name,
          `coded ${entry?.width}x${entry?.height}, shown ${width}x${height}`,
        ),
      ];
    }),
  ),
  must(
    'h264-high',
    'own',
    eachTrack(['video'], (track) => {
      const entry = entryOf(track);
      const avc = entry?.avcC ? readAvc(entry) : null;
      return [
        ...when(
          avc?.profile !== HIGH_PROFILE,
          track.name,
          `the profile is ${avc?.profile ?? 'no H.264'}`,
        ),
        ...when(avc?.parameterSets === 0, track.name, 'avcC holds no parameter sets'),
      ];
    }),
  ),
  must(
    'no-metadata',
    'own',
    eachTrack(['video', 'audio'], ({ name, header }) =>
      when(header.hasMetadata, name, 'the header carries tags'),
    ),
  ),
];

const faultsOf = ({ tracks }: ParsedStream, kind: TrackFault['kind']) =>
  tracks.flatMap(({ name, faults }) =>
    faults
      .filter((fault) => fault.kind === kind)
      .map(({ message }) => ({ rendition: name, message })),
  );
