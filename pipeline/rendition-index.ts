// One encoded file → all that its playlists say of it.

import { type Fragment, readMovie } from './boxes.js';
import { BoxError, type ByteSource } from './boxes-bytes.js';
import type { Track } from './boxes-movie.js';
import { codecString, readAac } from './codecs.js';
import { countSegments, measureSegments, type Segment, timeFragment } from './measure-segments.js';
import type { PlaylistSegment } from './playlists.js';

export interface RenditionIndex {
  readonly initSize: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
  /** Samples a second: frames of pictures. */
  readonly sampleRate: number;
  /** 0 for pictures. */
  readonly channels: number;
  readonly segments: readonly Segment[];
  /** Each keyframe with its moof, as long as until the next one; empty for sound. */
  readonly keyframes: readonly PlaylistSegment[];
}

/**
 * `segmentCount` is how many segments there shall be; by default what the file's own length asks for.
 * @throws BoxError where the file is not one track of fragmented MP4
 */
export async function indexRendition(
  source: ByteSource,
  kind: 'video' | 'audio',
  segmentCount?: number,
): Promise<RenditionIndex> {
  const { header, headerSize, fragments } = await readMovie(source);
  const track = header.tracks.find((candidate) => candidate.kind === kind);
  const entry = track?.entries[0];
  if (!track || !entry || fragments.length === 0) throw new BoxError(`There is no ${kind}`);
  const timed = fragments.map((fragment) => timeFragment(fragment, track.id, track.timescale));
  const duration = timed.reduce((sum, part) => sum + part.duration, 0);
  const count = fragments
    .flatMap(({ tracks }) => tracks.filter(({ trackId }) => trackId === track.id))
    .reduce((sum, { samples }) => sum + samples.length, 0);
  if (!(duration > 0)) throw new BoxError('The samples have no length');
  return {
    initSize: headerSize,
    codec: codecString(entry),
    width: track.width,
    height: track.height,
    duration,
    sampleRate: count / duration,
    channels: kind === 'audio' ? readAac(entry).channels : 0,
    segments: measureSegments(fragments, track, segmentCount ?? countSegments(duration)),
    keyframes: kind === 'video' ? fragments.map((part) => toKeyframe(part, track)) : [],
  };
}

/** Whether a rendition is as long as its source: ffmpeg may stop early and say that all went well. */
export function isWhole(
  { duration, sampleRate }: Pick<RenditionIndex, 'duration' | 'sampleRate'>,
  sourceMs: number,
): boolean {
  // Its length is one of whole frames, which are long in a slow film.
  return Math.abs(duration - sourceMs / 1000) <= LENGTH_TOLERANCE + 0.5 / sampleRate;
}

/** Seconds. */
const LENGTH_TOLERANCE = 0.25;

function toKeyframe(fragment: Fragment, { id, timescale }: Track): PlaylistSegment {
  const { offset, tracks } = fragment;
  const first = tracks.find(({ trackId }) => trackId === id)?.samples[0];
  if (!first) throw new BoxError(`The fragment at byte ${offset} has no samples`);
  return {
    duration: timeFragment(fragment, id, timescale).duration,
    range: { offset, length: first.offset + first.size - offset },
  };
}
