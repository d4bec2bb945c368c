// Multivariant, media and I-frame playlists, as text (RFC 8216; Apple's authoring specification).

import { quoted, writeAttributes } from './hls-attributes.js';

/** A rendition as the multivariant playlist offers it. */
export interface Variant {
  readonly playlist: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly videoCodec: string;
  /** Bits per second with the sound: of the costliest segment, and on average. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly iframes: {
    readonly playlist: string;
    readonly bandwidth: number;
    readonly averageBandwidth: number;
  };
}

export interface AlternateAudio {
  readonly playlist: string;
  readonly codec: string;
  readonly channels: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface PlaylistSegment {
  /** Seconds. */
  readonly duration: number;
  readonly range: ByteRange;
}

/** One file that holds the init segment at its start and all segments. */
export interface SingleFile {
  readonly file: string;
  readonly initSize: number;
  /** Whole seconds; at least every segment's duration, rounded. */
  readonly targetDuration: number;
  readonly segments: readonly PlaylistSegment[];
}

const VERSION = 7;
const AUDIO_GROUP = 'audio';

/** `variants` come highest first. */
export function writeMultivariant(
  variants: readonly Variant[],
  audio: AlternateAudio | null,
): string {
  const ordered = startNearTypicalRate(variants);
  return toText([
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(audio ? [audioTag(audio)] : []),
    ...ordered.flatMap((variant) => variantLines(variant, audio)),
    ...variants.map(iframeTag),
  ]);
}

/** Apple's rule 1.32: what a player on an ordinary network starts with. */
export const TYPICAL_BANDWIDTH = 2_000_000;

function startNearTypicalRate(variants: readonly Variant[]): readonly Variant[] {
  const distance = ({ bandwidth }: Variant) => Math.abs(bandwidth - TYPICAL_BANDWIDTH);
  const [first] = variants.toSorted((a, b) => distance(a) - distance(b));
  return first ? [first, ...variants.filter((variant) => variant !== first)] : [];
}

function audioTag({ playlist, channels }: AlternateAudio): string {
  return `#EXT-X-MEDIA:${writeAttributes({
    TYPE: 'AUDIO',
    'GROUP-ID': quoted(AUDIO_GROUP),
    LANGUAGE: quoted('und'),
    NAME: quoted('Original'),
    DEFAULT: 'YES',
    AUTOSELECT: 'YES',
    CHANNELS: quoted(`${channels}`),
    URI: quoted(playlist),
  })}`;
}

function variantLines(variant: Variant, audio: AlternateAudio | null): string[] {
  const codecs = [variant.videoCodec, ...(audio ? [audio.codec] : [])].join(',');
  const attributes = writeAttributes({
    BANDWIDTH: variant.bandwidth,
    'AVERAGE-BANDWIDTH': variant.averageBandwidth,
    CODECS: quoted(codecs),
    RESOLUTION: `${variant.width}x${variant.height}`,
    'FRAME-RATE': variant.frameRate.toFixed(3),
    'VIDEO-RANGE': 'SDR',
    AUDIO: audio && quoted(AUDIO_GROUP),
    'CLOSED-CAPTIONS': 'NONE',
  });
  return [`#EXT-X-STREAM-INF:${attributes}`, variant.playlist];
}

const iframeTag = ({ iframes, videoCodec, width, height }: Variant): string =>
  `#EXT-X-I-FRAME-STREAM-INF:${writeAttributes({
    BANDWIDTH: iframes.bandwidth,
    'AVERAGE-BANDWIDTH': iframes.averageBandwidth,
    CODECS: quoted(videoCodec),
    RESOLUTION: `${width}x${height}`,
    'VIDEO-RANGE': 'SDR',
    URI: quoted(iframes.playlist),
  })}`;

export const writeMediaPlaylist = (content: SingleFile): string => writeRanges(content, []);

/** Ranges of single pictures for scrubbing; durations reach to the next one. */
export const writeIframePlaylist = (content: SingleFile): string =>
  writeRanges(content, ['#EXT-X-I-FRAMES-ONLY']);

function writeRanges(content: SingleFile, tags: readonly string[]): string {
  const { file, initSize, targetDuration, segments } = content;
  return toText([
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...tags,
    `#EXT-X-MAP:${writeAttributes({ URI: quoted(file), BYTERANGE: quoted(`${initSize}@0`) })}`,
    ...segments.flatMap(({ duration, range }) => [
      `#EXTINF:${duration.toFixed(6)},`,
      `#EXT-X-BYTERANGE:${range.length}@${range.offset}`,
      file,
    ]),
    '#EXT-X-ENDLIST',
  ]);
}

const toText = (lines: readonly string[]): string =>
  `${['#EXTM3U', `#EXT-X-VERSION:${VERSION}`, ...lines].join('\n')}\n`;
