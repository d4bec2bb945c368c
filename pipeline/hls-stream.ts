// A stream as read from its playlists and boxes: what the rules look at.

import type { Fragment } from './boxes.js';
import type { Sample, TrackFragment } from './boxes-fragment.js';
import type { MovieHeader, Track } from './boxes-movie.js';
import type { NalCodec } from './boxes-nal.js';
import type { SampleEntry } from './boxes-sample-entry.js';
import { textOf } from './hls-attributes.js';
import type { ListedSegment, MediaPlaylist } from './hls-parse-media.js';
import type { MultivariantPlaylist, PlaylistTag } from './hls-parse-multivariant.js';

export interface ParsedStream {
  readonly multivariant: MultivariantPlaylist;
  /** One for each playlist that the multivariant one names. */
  readonly tracks: readonly ParsedTrack[];
  /** How each object came over HTTP; empty for a folder. */
  readonly deliveries: readonly Delivery[];
}

export type TrackRole = 'video' | 'audio' | 'iframes' | 'subtitles';

export interface ParsedTrack {
  /** The rendition's: `720p` for `720p.m3u8` and `720p-iframes.m3u8`. */
  readonly name: string;
  readonly role: TrackRole;
  /** As the multivariant playlist names it. */
  readonly uri: string;
  readonly faults: readonly TrackFault[];
  readonly playlist: MediaPlaylist | null;
  readonly header: MovieHeader | null;
  /** The one track that is looked at: of pictures where there are any. */
  readonly track: Track | null;
  readonly segments: readonly ParsedSegment[];
  /** WebVTT, of subtitles alone. */
  readonly texts: readonly string[];
}

export interface TrackFault {
  readonly kind: 'missing' | 'syntax' | 'media';
  readonly message: string;
}

export interface ParsedSegment {
  readonly listed: ListedSegment;
  /** Bytes that the playlist claims. */
  readonly size: number;
  readonly offset: number;
  /** The range starts and ends where boxes do. */
  readonly isExact: boolean;
  readonly fragments: readonly Fragment[];
  /** Of the first sample of pictures. */
  readonly firstNals: { readonly codec: NalCodec; readonly types: readonly number[] } | null;
}

export interface Delivery {
  readonly kind: 'playlist' | 'media' | 'subtitles';
  readonly url: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  readonly redirects: number;
  readonly isRangeAsked: boolean;
}

/** A track of which everything needed was read. */
export interface ReadTrack extends ParsedTrack {
  readonly playlist: MediaPlaylist;
  readonly header: MovieHeader;
  readonly track: Track;
}

export const isRead = (track: ParsedTrack): track is ReadTrack =>
  track.playlist !== null && track.header !== null && track.track !== null;

/** Tracks of a role whose boxes were read; others have a fault of their own. */
export const readTracks = (stream: ParsedStream, ...roles: TrackRole[]): ReadTrack[] =>
  stream.tracks.filter((track) => roles.includes(track.role)).filter(isRead);

export interface OfferedVariant {
  readonly tag: PlaylistTag;
  readonly name: string;
  readonly video: ReadTrack | null;
  /** Alternate sound that it may be played with. */
  readonly audio: readonly ReadTrack[];
}

/** Each EXT-X-STREAM-INF with the tracks that it stands for. */
export function offeredVariants(stream: ParsedStream): OfferedVariant[] {
  const find = (uri: string | null) => stream.tracks.find((track) => track.uri === uri);
  return stream.multivariant.variants.map((tag) => {
    const video = find(tag.uri);
    const group = textOf(tag.attributes, 'AUDIO');
    const media = stream.multivariant.media.filter(
      ({ attributes }) =>
        textOf(attributes, 'TYPE') === 'AUDIO' && textOf(attributes, 'GROUP-ID') === group,
    );
    const audio = media.map(({ uri }) => find(uri)).filter((track) => track !== undefined);
    return {
      tag,
      name: video?.name ?? tag.uri ?? '',
      video: video && isRead(video) ? video : null,
      audio: group === null ? [] : audio.filter(isRead),
    };
  });
}

export const entryOf = ({ track }: ReadTrack): SampleEntry | undefined => track.entries[0];

/** The looked-at track's parts of a segment, in order. */
export const partsOf = (track: ReadTrack, segment: ParsedSegment): TrackFragment[] =>
  segment.fragments.flatMap(({ tracks }) =>
    tracks.filter(({ trackId }) => trackId === track.track.id),
  );

export const samplesOf = (track: ReadTrack, segment: ParsedSegment): Sample[] =>
  partsOf(track, segment).flatMap(({ samples }) => [...samples]);
