// What media playlists say: lengths, ends, init segments, one playlist at a time.

import { eachTrack, must, type Rule, seconds, should, when } from './hls-rule.js';
import { frameDuration, mediaDuration, trackDuration } from './hls-times.js';
import { SEGMENT_SECONDS } from './measure-segments.js';

/** Rounding of EXTINF and of time bases. */
const ROUNDING = 0.001;

export const PLAYLIST_RULES: readonly Rule[] = [
  should(
    'segment-length',
    '7.5, 7.6; ours is 4 s',
    eachTrack(['video', 'audio'], (track) => {
      const wrong = track.segments
        .slice(0, -1)
        .find(
          ({ listed }) =>
            Math.abs(listed.duration - SEGMENT_SECONDS) > frameDuration(track) + ROUNDING,
        );
      return when(wrong !== undefined, track.name, `a segment lasts ${wrong?.listed.duration} s`);
    }),
  ),
  must(
    'target-duration',
    '7.7',
    eachTrack(['video', 'audio', 'iframes'], ({ name, playlist }) => {
      const target = playlist.targetDuration;
      if (target === null) return when(true, name, 'EXT-X-TARGETDURATION is absent');
      const long = playlist.segments.find(
        ({ duration }) => Math.round(duration) > target || duration > target + 0.5,
      );
      return when(long !== undefined, name, `${long?.duration} s pass a target of ${target} s`);
    }),
  ),
  must(
    'extinf-match',
    '8.1',
    eachTrack(['video', 'audio', 'iframes'], (track) => {
      const frame = frameDuration(track) + ROUNDING;
      const wrong = track.segments.find(
        (segment) => Math.abs(segment.listed.duration - mediaDuration(track, segment)) > frame,
      );
      const listed = track.playlist.segments.reduce((sum, { duration }) => sum + duration, 0);
      const total = trackDuration(track);
      return [
        ...when(
          wrong !== undefined,
          track.name,
          `EXTINF is ${wrong?.listed.duration}, not the media’s`,
        ),
        ...when(
          Math.abs(listed - total) > frame,
          track.name,
          `EXTINF sums to ${seconds(listed)}, the media lasts ${seconds(total)}`,
        ),
      ];
    }),
  ),
  must(
    'vod-and-end',
    '8.6',
    eachTrack(['video', 'audio', 'iframes'], ({ name, playlist }) => [
      ...when(playlist.type !== 'VOD', name, 'EXT-X-PLAYLIST-TYPE is not VOD'),
      ...when(!playlist.hasEnd, name, 'EXT-X-ENDLIST is absent'),
    ]),
  ),
  must(
    'map-present',
    '8.20',
    eachTrack(['video', 'audio', 'iframes'], ({ name, playlist }) => [
      ...when(
        playlist.segments.some(({ map }) => map === null),
        name,
        'EXT-X-MAP is absent',
      ),
      ...when(
        playlist.maps.some((map) => !map.isRangeQuoted),
        name,
        'its BYTERANGE is not quoted',
      ),
    ]),
  ),
  must(
    'version',
    '8.20',
    eachTrack(['video', 'audio', 'iframes'], ({ name, playlist }) =>
      when((playlist.version ?? 1) < MAP_VERSION, name, `EXT-X-VERSION is ${playlist.version}`),
    ),
  ),
  must(
    'one-init',
    '8.14',
    eachTrack(['video', 'audio', 'iframes'], ({ name, playlist }) => {
      const changes = playlist.segments.filter(
        ({ map, isDiscontinuity }, index) =>
          index > 0 && !isDiscontinuity && map !== playlist.segments[index - 1]?.map,
      );
      return when(changes.length > 0, name, 'the init segment changes without a discontinuity');
    }),
  ),
];

/** The first version in which EXT-X-MAP may stand in a playlist of whole segments. */
const MAP_VERSION = 6;
