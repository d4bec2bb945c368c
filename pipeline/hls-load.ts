// Reads a whole stream: its playlists, and of its media the boxes, never the pictures.

import { BoxError } from './boxes-bytes.js';
import { PlaylistError, textOf } from './hls-attributes.js';
import { loadInit, loadSegment } from './hls-load-media.js';
import { ObjectMissing, type StreamObjects } from './hls-objects.js';
import { type MediaPlaylist, parseMediaPlaylist } from './hls-parse-media.js';
import { type MultivariantPlaylist, parseMultivariant } from './hls-parse-multivariant.js';
import type {
  ParsedSegment,
  ParsedStream,
  ParsedTrack,
  TrackFault,
  TrackRole,
} from './hls-stream.js';

/** @throws ObjectMissing, PlaylistError where the multivariant playlist cannot be read */
export async function loadStream(objects: StreamObjects, url: string): Promise<ParsedStream> {
  const multivariant = parseMultivariant(await objects.readText(url, 'playlist'));
  const tracks: ParsedTrack[] = [];
  for (const { uri, role } of listTracks(multivariant)) {
    tracks.push(await loadTrack(objects, url, uri, role));
  }
  return { multivariant, tracks, deliveries: objects.deliveries };
}

const ROLES: Readonly<Record<string, TrackRole>> = { AUDIO: 'audio', SUBTITLES: 'subtitles' };

function listTracks(playlist: MultivariantPlaylist): { uri: string; role: TrackRole }[] {
  const named: { uri: string | null; role: TrackRole | undefined }[] = [
    ...playlist.variants.map(({ uri }) => ({ uri, role: 'video' as const })),
    ...playlist.media.map(({ uri, attributes }) => ({
      ...{ uri, role: ROLES[textOf(attributes, 'TYPE') ?? ''] },
    })),
    ...playlist.iframeStreams.map(({ uri }) => ({ uri, role: 'iframes' as const })),
  ];
  const seen = new Set<string>();
  return named.flatMap(({ uri, role }) => {
    if (uri === null || role === undefined || seen.has(uri)) return [];
    seen.add(uri);
    return [{ uri, role }];
  });
}

async function loadTrack(
  objects: StreamObjects,
  base: string,
  uri: string,
  role: TrackRole,
): Promise<ParsedTrack> {
  const faults: TrackFault[] = [];
  const attempt = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      faults.push(toFault(error));
      return null;
    }
  };
  const url = new URL(uri, base).href;
  const empty = { name: toName(uri), role, uri, faults, header: null, track: null };
  const playlist = await attempt(async () =>
    parseMediaPlaylist(await objects.readText(url, 'playlist')),
  );
  if (!playlist) return { ...empty, playlist, segments: [], texts: [] };
  if (role === 'subtitles') {
    const texts = await attempt(() => readTexts(objects, url, playlist));
    return { ...empty, playlist, segments: [], texts: texts ?? [] };
  }
  const init = await attempt(() => loadInit(objects, url, playlist));
  if (!init) return { ...empty, playlist, segments: [], texts: [] };
  const segments: ParsedSegment[] = [];
  for (const listed of playlist.segments) {
    const segment = await attempt(() => loadSegment(objects, url, listed, init, role));
    if (!segment) break;
    segments.push(segment);
  }
  // A variant may be sound alone.
  const actual = role === 'video' && init.track.kind === 'audio' ? 'audio' : role;
  return { ...empty, ...init, role: actual, playlist, segments, texts: [] };
}

function toFault(error: unknown): TrackFault {
  const kinds = [
    [ObjectMissing, 'missing'],
    [PlaylistError, 'syntax'],
    [BoxError, 'media'],
  ] as const;
  for (const [Kind, kind] of kinds) {
    if (error instanceof Kind) return { kind, message: error.message };
  }
  throw error;
}

const toName = (uri: string): string =>
  (uri.split(/[?#]/)[0] ?? uri).replace(/^.*\//, '').replace(/(-iframes)?\.m3u8$/, '');

const readTexts = (
  objects: StreamObjects,
  base: string,
  { segments }: MediaPlaylist,
): Promise<string[]> =>
  Promise.all(segments.map(({ uri }) => objects.readText(new URL(uri, base).href, 'subtitles')));
