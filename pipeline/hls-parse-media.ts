// Reads media and I-frame playlists: strict about what a line may be, silent about what a stream should be.

import { PlaylistError, readAttributes, textOf } from './hls-attributes.js';
import {
  type CommonTags,
  type Line,
  onlyValue,
  readCommon,
  readInteger,
  readLines,
  valuesOf,
} from './hls-lines.js';
import type { ByteRange } from './playlists.js';

export interface MediaPlaylist extends CommonTags {
  readonly targetDuration: number | null;
  readonly type: string | null;
  readonly hasEnd: boolean;
  readonly isIframesOnly: boolean;
  readonly maps: readonly PlaylistMap[];
  readonly segments: readonly ListedSegment[];
}

export interface PlaylistMap {
  readonly uri: string;
  readonly range: ByteRange | null;
  readonly isRangeQuoted: boolean;
}

export interface ListedSegment {
  readonly uri: string;
  /** EXTINF, in seconds. */
  readonly duration: number;
  readonly range: ByteRange | null;
  /** Index into `maps`; null before the first. */
  readonly map: number | null;
  readonly isDiscontinuity: boolean;
}

/** @throws PlaylistError */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const lines = readLines(text);
  if (lines.some(({ tag }) => tag === 'EXT-X-STREAM-INF')) {
    throw new PlaylistError('A multivariant playlist');
  }
  const has = (name: string) => lines.some(({ tag }) => tag === name);
  const target = onlyValue(lines, 'EXT-X-TARGETDURATION');
  return {
    ...readCommon(lines),
    targetDuration: target === null ? null : readInteger(target, 'EXT-X-TARGETDURATION'),
    type: onlyValue(lines, 'EXT-X-PLAYLIST-TYPE'),
    hasEnd: has('EXT-X-ENDLIST'),
    isIframesOnly: has('EXT-X-I-FRAMES-ONLY'),
    maps: valuesOf(lines, 'EXT-X-MAP').map(readMap),
    segments: readSegments(lines),
  };
}

function readMap(value: string): PlaylistMap {
  const attributes = readAttributes(value);
  const uri = textOf(attributes, 'URI');
  if (uri === null) throw new PlaylistError('EXT-X-MAP without a URI');
  const range = attributes.get('BYTERANGE');
  return {
    uri,
    range: range ? readRange(range.text, null) : null,
    isRangeQuoted: range?.isQuoted ?? true,
  };
}

/** `length@offset`; without an offset the range follows `previous`. */
function readRange(text: string, previous: ByteRange | null): ByteRange {
  const [, length, offset] = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text) ?? [];
  const implied = previous ? previous.offset + previous.length : undefined;
  const start = offset === undefined ? implied : Number(offset);
  if (length === undefined || start === undefined) throw new PlaylistError(`No range: ${text}`);
  return { offset: start, length: Number(length) };
}

function readSegments(lines: readonly Line[]): ListedSegment[] {
  const segments: ListedSegment[] = [];
  let maps = 0;
  let next: { duration?: number; range?: string; isDiscontinuity?: boolean } = {};
  for (const { tag, value } of lines) {
    if (tag === 'EXT-X-MAP') maps++;
    if (tag === 'EXT-X-DISCONTINUITY') next.isDiscontinuity = true;
    if (tag === 'EXT-X-BYTERANGE') next.range = value;
    if (tag === 'EXTINF') next.duration = readDuration(value);
    if (tag !== 'URI') continue;
    if (next.duration === undefined) throw new PlaylistError(`URI without EXTINF: ${value}`);
    const last = segments.at(-1);
    const previous = last?.uri === value ? last.range : null;
    segments.push({
      uri: value,
      duration: next.duration,
      range: next.range === undefined ? null : readRange(next.range, previous),
      map: maps > 0 ? maps - 1 : null,
      isDiscontinuity: next.isDiscontinuity ?? false,
    });
    next = {};
  }
  if (next.duration !== undefined) throw new PlaylistError('EXTINF without a URI');
  return segments;
}

function readDuration(value: string): number {
  const [, seconds] = /^(\d{1,9}(?:\.\d{1,12})?)(?:,|$)/.exec(value) ?? [];
  if (seconds === undefined) throw new PlaylistError(`EXTINF has no duration: ${value}`);
  return Number(seconds);
}
