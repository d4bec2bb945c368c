// What a playlist points at: the init segment, and the boxes of each segment.

import { readFragmentStart, readFragments, readInit } from './boxes.js';
import { BoxError, type ByteSource } from './boxes-bytes.js';
import type { MovieHeader, Track } from './boxes-movie.js';
import { readNalTypes } from './boxes-nal.js';
import { codecString, hevcLengthSize, readAvc } from './codecs.js';
import { PlaylistError } from './hls-attributes.js';
import type { StreamObjects } from './hls-objects.js';
import type { ListedSegment, MediaPlaylist } from './hls-parse-media.js';
import type { ParsedSegment, TrackRole } from './hls-stream.js';

export interface Init {
  readonly header: MovieHeader;
  readonly track: Track;
}

/** @throws ObjectMissing, PlaylistError, BoxError */
export async function loadInit(
  objects: StreamObjects,
  base: string,
  { maps, segments }: MediaPlaylist,
): Promise<Init> {
  const [map] = maps;
  const uri = map?.uri ?? segments[0]?.uri;
  if (uri === undefined) throw new PlaylistError('There are no segments');
  const source = await objects.openMedia(new URL(uri, base).href);
  const range = map?.range;
  const { header } = await readInit(
    source,
    range?.offset ?? 0,
    range ? range.offset + range.length : source.size,
  );
  const track = (['video', 'audio'] as const)
    .map((kind) => header.tracks.find((candidate) => candidate.kind === kind))
    .find((candidate) => candidate !== undefined);
  if (!track) throw new BoxError('There is neither picture nor sound');
  // Entries without a decoder's configuration are told apart here, once.
  for (const { kind, entries } of header.tracks) {
    if (kind !== 'other') entries.slice(0, 1).map(codecString);
  }
  return { header, track };
}

/** @throws ObjectMissing, BoxError */
export async function loadSegment(
  objects: StreamObjects,
  base: string,
  listed: ListedSegment,
  { header, track }: Init,
  role: TrackRole,
): Promise<ParsedSegment> {
  const source = await objects.openMedia(new URL(listed.uri, base).href);
  const offset = listed.range?.offset ?? 0;
  const size = listed.range?.length ?? source.size;
  const end = offset + size;
  const isPicture = role === 'iframes';
  const fragments = isPicture
    ? [await readFragmentStart(source, header, offset)]
    : await readFragments(source, header, offset, end);
  const first = fragments
    .flatMap(({ tracks }) => tracks.find(({ trackId }) => trackId === track.id) ?? [])
    .flatMap(({ samples }) => samples.slice(0, 1))[0];
  const isExact = isPicture
    ? first !== undefined && first.offset + first.size === end
    : fragments.length > 0;
  const shape = track.kind === 'video' && first && end >= first.offset + first.size;
  const firstNals = shape ? await readNals(source, first, track) : null;
  return { listed, offset, size, isExact, fragments, firstNals };
}

async function readNals(
  source: ByteSource,
  sample: { offset: number; size: number },
  track: Track,
): Promise<ParsedSegment['firstNals']> {
  const [entry] = track.entries;
  if (entry?.avcC) {
    const { lengthSize } = readAvc(entry);
    const types = await readNalTypes(source, sample, { codec: 'h264', lengthSize });
    return { codec: 'h264', types };
  }
  if (!entry?.hvcC) return null;
  const lengthSize = hevcLengthSize(entry);
  const types = await readNalTypes(source, sample, { codec: 'hevc', lengthSize });
  return { codec: 'hevc', types };
}
