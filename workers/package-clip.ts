// Encoded files → playlists beside them, checked against the rules before anybody may publish them.

import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import {
  buildPlaylists,
  type ClipPlaylists,
  type IndexedFile,
  MULTIVARIANT,
} from '../pipeline/clip-playlists.js';
import { brokenMusts, type Finding } from '../pipeline/hls-rules.js';
import { countSegments } from '../pipeline/measure-segments.js';
import type { Source } from '../pipeline/probe.js';
import { isWhole } from '../pipeline/rendition-index.js';
import { checkStreamAt } from './check-stream.js';
import type { EncodedClip } from './encode-clip.js';
import { indexFile } from './index-file.js';

export interface PackageJob {
  /** Holds the encoded files; the playlists are written beside them. */
  readonly folder: string;
  readonly encoded: EncodedClip;
  readonly source: Pick<Source, 'durationMs'>;
}

export interface PackagedRendition {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Bits per second, with the sound. */
  readonly averageBandwidth: number;
  readonly bandwidth: number;
  readonly codecs: string;
}

/** A rendition left out with the rules it breaks; `audio` and `source` with codes of what is wrong. */
export interface Degraded {
  readonly rendition: string;
  readonly rules: readonly string[];
}

export interface PackagedClip {
  readonly playlist: 'multivariant.m3u8';
  /** Every object of the stream, by its name in the folder. */
  readonly files: readonly string[];
  /** Highest first. */
  readonly renditions: readonly PackagedRendition[];
  readonly degraded: readonly Degraded[];
  readonly durationMs: number;
}

/** @throws Error where the stream breaks a MUST as a whole, or no rendition is left */
export async function packageClip({ folder, encoded, source }: PackageJob): Promise<PackagedClip> {
  const degraded: Degraded[] = [];
  const leaveOut = async (name: string, rules: readonly string[]) => {
    degraded.push({ rendition: name, rules });
    const files = [`${name}.mp4`, `${name}.m3u8`, `${name}-iframes.m3u8`];
    await Promise.all(files.map((file) => rm(join(folder, file), { force: true })));
  };

  let videos: IndexedFile[] = [];
  for (const { rendition, file } of encoded.renditions) {
    const index = await indexFile(join(folder, file), 'video');
    if (!index) await leaveOut(rendition.name, ['media-readable']);
    else if (!isWhole(index, source.durationMs)) await leaveOut(rendition.name, ['source-length']);
    else videos.push({ name: rendition.name, index });
  }
  const audio = encoded.audio && (await indexSound(folder, encoded.audio.file, videos));

  for (;;) {
    if (videos.length === 0) throw new Error(`No rendition is left: ${describe(degraded)}`);
    const playlists = buildPlaylists(videos, audio);
    await writePlaylists(folder, playlists);
    const broken = brokenMusts(await checkStreamAt(folder));
    const culprits = videos.filter(({ name }) =>
      broken.some(({ rendition }) => rendition === name),
    );
    if (culprits.length === 0 && broken.length > 0) {
      throw new Error(`The stream breaks rules as a whole: ${broken.map(inWords).join('; ')}`);
    }
    if (culprits.length === 0) {
      const warned = [...degraded, ...sourceFaults(encoded.degraded)];
      return toPackagedClip(videos, audio, playlists, warned);
    }
    for (const { name } of culprits) {
      const rules = broken.filter(({ rendition }) => rendition === name).map(({ rule }) => rule);
      await leaveOut(name, [...new Set(rules)]);
    }
    videos = videos.filter((video) => !culprits.includes(video));
  }
}

async function indexSound(
  folder: string,
  file: string,
  videos: readonly IndexedFile[],
): Promise<IndexedFile> {
  const seconds = Math.max(0, ...videos.map(({ index }) => index.duration));
  const index = await indexFile(join(folder, file), 'audio', countSegments(seconds));
  if (!index) throw new Error(`The sound cannot be read: ${file}`);
  return { name: basename(file, '.mp4'), index };
}

const writePlaylists = (folder: string, { texts }: ClipPlaylists) =>
  Promise.all([...texts].map(([file, text]) => writeFile(join(folder, file), text)));

const sourceFaults = (codes: readonly string[]): Degraded[] =>
  [
    { rendition: 'audio', rules: codes.filter((code) => code.startsWith('AUDIO')) },
    { rendition: 'source', rules: codes.filter((code) => !code.startsWith('AUDIO')) },
  ].filter(({ rules }) => rules.length > 0);

const describe = (degraded: readonly Degraded[]): string =>
  degraded.map(({ rendition, rules }) => `${rendition} (${rules.join(', ')})`).join('; ');

const inWords = ({ rule, rendition, message }: Finding): string =>
  `${rule}${rendition ? ` of ${rendition}` : ''}: ${message}`;

function toPackagedClip(
  videos: readonly IndexedFile[],
  audio: IndexedFile | null,
  { variants, texts }: ClipPlaylists,
  degraded: readonly Degraded[],
): PackagedClip {
  const media = [...videos, ...(audio ? [audio] : [])].map(({ name }) => `${name}.mp4`);
  const [top] = videos;
  return {
    playlist: MULTIVARIANT,
    files: [...media, ...texts.keys()],
    renditions: variants.map(
      ({ name, width, height, frameRate, averageBandwidth, bandwidth, videoCodec }) => ({
        ...{ name, width, height, averageBandwidth, bandwidth },
        frameRate: Number(frameRate.toFixed(3)),
        codecs: [videoCodec, ...(audio ? [audio.index.codec] : [])].join(','),
      }),
    ),
    degraded,
    durationMs: Math.round((top?.index.duration ?? 0) * 1000),
  };
}
