// Subtitles: offered right, cut where the pictures are, and WebVTT on their timeline.

import { readTiming } from './captions-time.js';
import { textOf } from './hls-attributes.js';
import type { MediaPlaylist } from './hls-parse-media.js';
import { must, type Rule, seconds, type Violation, when } from './hls-rule.js';
import type { ParsedStream, ParsedTrack } from './hls-stream.js';

/** Rounding of EXTINF. */
const ROUNDING = 0.001;

export const SUBTITLE_RULES: readonly Rule[] = [
  must(
    'webvtt',
    '5.2',
    eachSubtitles(({ name, texts }) =>
      when(!texts.every(isWebVtt), name, 'subtitles are no WebVTT'),
    ),
  ),
  must(
    'timestamp-map',
    '5.3; ours is 0',
    eachSubtitles(({ name, texts }) => {
      const at = texts.findIndex((text) => !TIMESTAMP_MAP.test(text));
      return when(at >= 0, name, `X-TIMESTAMP-MAP of segment ${at} is absent, or not 0`);
    }),
  ),
  must(
    'subtitles-playlist',
    '7.7, 8.6',
    eachSubtitles(({ name, playlist }) => {
      const target = playlist.targetDuration ?? 0;
      const isLong = playlist.segments.some(({ duration }) => Math.round(duration) > target);
      const isWhole = playlist.type === 'VOD' && playlist.hasEnd;
      return [
        ...when(isLong, name, `a segment passes the target of ${target} s`),
        ...when(!isWhole, name, 'it is no VOD playlist with an end'),
      ];
    }),
  ),
  must(
    'subtitles-aligned',
    '8.3, 8.7',
    eachSubtitles(({ name, playlist }, stream) => {
      const pictures = stream.tracks.find(({ role, playlist: read }) => role === 'video' && read);
      const [own, theirs] = [durationsOf(playlist), durationsOf(pictures?.playlist ?? playlist)];
      const isSame =
        own.length === theirs.length &&
        own.every((duration, at) => Math.abs(duration - (theirs[at] ?? 0)) <= ROUNDING);
      const lengths = [own, theirs].map((list) => seconds(list.reduce((a, b) => a + b, 0)));
      return when(
        !isSame,
        name,
        `its segments (${lengths[0]}) are not the pictures’ (${lengths[1]})`,
      );
    }),
  ),
  must(
    'cues-in-segment',
    'own',
    eachSubtitles(({ name, playlist, texts }) => {
      let start = 0;
      const stray = texts.findIndex((text, at) => {
        const end = start + (durationsOf(playlist)[at] ?? 0);
        const isStray = timesOf(text).some((cue) => cue.start >= end || cue.end <= start);
        start = end;
        return isStray;
      });
      return when(stray >= 0, name, `segment ${stray} holds a cue of another time`);
    }),
  ),
  must('subtitles-group', 'RFC 8216 4.3.4.2', ({ multivariant }) => {
    const groups = subtitlesOf(multivariant).map(({ attributes }) =>
      textOf(attributes, 'GROUP-ID'),
    );
    return multivariant.variants.flatMap(({ uri, attributes }) => {
      const group = textOf(attributes, 'SUBTITLES');
      const isKnown = group === null ? groups.length === 0 : groups.includes(group);
      return when(!isKnown, uri, `SUBTITLES is ${group ?? 'absent'}, the groups are ${groups}`);
    });
  }),
  must('subtitles-language', '8.10', ({ multivariant }) =>
    subtitlesOf(multivariant).flatMap(({ uri, attributes }) =>
      when(
        !isLanguage(textOf(attributes, 'LANGUAGE')),
        uri,
        'LANGUAGE is absent, or no BCP 47 tag',
      ),
    ),
  ),
  must('subtitles-names', 'RFC 8216 4.3.4.1', ({ multivariant }) => {
    const names = subtitlesOf(multivariant).map(({ attributes }) =>
      ['GROUP-ID', 'NAME'].map((key) => textOf(attributes, key)).join(),
    );
    return when(new Set(names).size < names.length, null, 'two subtitles have one name');
  }),
];

const isWebVtt = (text: string) => /^\uFEFF?WEBVTT(\s|$)/.test(text);
const TIMESTAMP_MAP =
  /^X-TIMESTAMP-MAP=(?:LOCAL:00:00:00\.000,MPEGTS:0|MPEGTS:0,LOCAL:00:00:00\.000)\r?$/m;

const durationsOf = ({ segments }: MediaPlaylist) => segments.map(({ duration }) => duration);

/** In seconds. */
const timesOf = (text: string) =>
  text.split('\n').flatMap((line) => {
    const timing = line.includes('-->') ? readTiming(line) : { fault: '' };
    return 'fault' in timing ? [] : [{ start: timing.start / 1000, end: timing.end / 1000 }];
  });

const subtitlesOf = ({ media }: ParsedStream['multivariant']) =>
  media.filter(({ attributes }) => textOf(attributes, 'TYPE') === 'SUBTITLES');

function isLanguage(tag: string | null): boolean {
  try {
    return tag !== null && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Asks of all subtitles whose playlist could be read. */
function eachSubtitles(
  check: (track: ParsedTrack & { playlist: MediaPlaylist }, stream: ParsedStream) => Violation[],
): Rule['check'] {
  return (stream) =>
    stream.tracks.flatMap((track) => {
      const { role, playlist } = track;
      return role === 'subtitles' && playlist ? check({ ...track, playlist }, stream) : [];
    });
}
