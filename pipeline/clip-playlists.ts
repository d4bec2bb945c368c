// Indexed renditions → the playlists of a clip, with everything that they declare measured.

import {
  averageBitrate,
  peakBitrate,
  peakWindowBitrate,
  type Segment,
} from './measure-segments.js';
import {
  type AlternateAudio,
  type PlaylistSegment,
  type Variant,
  writeIframePlaylist,
  writeMediaPlaylist,
  writeMultivariant,
} from './playlists.js';
import type { RenditionIndex } from './rendition-index.js';

export interface IndexedFile {
  /** `720p`, `audio`: of the file and its playlists. */
  readonly name: string;
  readonly index: RenditionIndex;
}

export interface ClipPlaylists {
  readonly variants: readonly (Variant & { readonly name: string })[];
  /** Text by file name. */
  readonly texts: ReadonlyMap<string, string>;
}

export const MULTIVARIANT = 'multivariant.m3u8';

/** `videos` come highest first. */
export function buildPlaylists(
  videos: readonly IndexedFile[],
  audio: IndexedFile | null,
): ClipPlaylists {
  const all = [...videos, ...(audio ? [audio] : [])];
  // One for all: Apple wants pictures and sound to have the same.
  const targetDuration = Math.max(
    1,
    ...all.flatMap(({ index }) => index.segments.map(({ duration }) => Math.round(duration))),
  );
  const variants = videos.map((video) => toVariant(video, audio));
  const texts = new Map([[MULTIVARIANT, writeMultivariant(variants, audio && toAudio(audio))]]);
  for (const { name, index } of all) {
    const content = { file: `${name}.mp4`, initSize: index.initSize, targetDuration };
    const segments = index.segments.map(toListed);
    texts.set(`${name}.m3u8`, writeMediaPlaylist({ ...content, segments }));
  }
  for (const { name, index } of videos) {
    texts.set(iframesOf(name), writeIframes(name, index));
  }
  return { variants, texts };
}

function writeIframes(name: string, { initSize, keyframes }: RenditionIndex): string {
  const targetDuration = keyframeTarget(keyframes);
  return writeIframePlaylist({
    ...{ file: `${name}.mp4`, initSize, targetDuration, segments: keyframes },
  });
}

const keyframeTarget = (keyframes: readonly PlaylistSegment[]): number =>
  Math.max(1, ...keyframes.map(({ duration }) => Math.round(duration)));

const iframesOf = (name: string) => `${name}-iframes.m3u8`;

const toListed = ({ duration, offset, size }: Segment): PlaylistSegment => ({
  duration,
  range: { offset, length: size },
});

function toVariant({ name, index }: IndexedFile, audio: IndexedFile | null) {
  const sound = audio?.index.segments ?? [];
  const pictures = index.keyframes.map(({ duration, range }) => ({ duration, size: range.length }));
  return {
    name,
    playlist: `${name}.m3u8`,
    width: index.width,
    height: index.height,
    frameRate: index.sampleRate,
    videoCodec: index.codec,
    bandwidth: Math.ceil(peakBitrate(index.segments) + peakBitrate(sound)),
    averageBandwidth: Math.ceil(averageBitrate(index.segments) + averageBitrate(sound)),
    iframes: {
      playlist: iframesOf(name),
      // The last keyframe of a clip may stand for an instant only: it does not count alone.
      bandwidth: Math.ceil(peakWindowBitrate(pictures, keyframeTarget(index.keyframes))),
      averageBandwidth: Math.ceil(averageBitrate(pictures)),
    },
  };
}

const toAudio = ({ name, index }: IndexedFile): AlternateAudio => ({
  playlist: `${name}.m3u8`,
  codec: index.codec,
  channels: index.channels,
});
