// Multivariant, media and I-frame playlists, as text (RFC 8216; Apple's authoring specification).

import { quoted, readAttributes, writeAttributes } from './hls-attributes.js';

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

export interface SubtitlesOffer {
  readonly playlist: string;
  /** BCP 47. */
  readonly language: string;
  readonly label: string;
}

const SUBTITLES_GROUP = 'subtitles';
const VARIANT = '#EXT-X-STREAM-INF:';

/** A multivariant playlist with these subtitles in place of those that it may have. */
export function offerSubtitles(multivariant: string, offers: readonly SubtitlesOffer[]): string {
  const lines = multivariant
    .split('\n')
    .filter((line) => !/^#EXT-X-MEDIA:.*TYPE=SUBTITLES/.test(line));
  const first = lines.findIndex((line) => line.startsWith(VARIANT));
  const group = offers.length > 0 ? quoted(SUBTITLES_GROUP) : null;
  const tagged = lines.map((line) => {
    if (!line.startsWith(VARIANT)) return line;
    const attributes = Object.fromEntries(readAttributes(line.slice(VARIANT.length)));
    return `${VARIANT}${writeAttributes({ ...attributes, SUBTITLES: group })}`;
  });
  return tagged
    .toSpliced(first, 0, ...offers.map((offer) => subtitlesTag(offer, offers)))
    .join('\n');
}

function subtitlesTag(
  { playlist, language, label }: SubtitlesOffer,
  all: readonly SubtitlesOffer[],
) {
  const isShared = all.filter((other) => other.label === label).length > 1;
  // An HLS string holds no quotes; names must differ within a group.
  const name = label.replaceAll('"', '”') + (isShared ? ` (${language})` : '');
  return `#EXT-X-MEDIA:${writeAttributes({
    TYPE: 'SUBTITLES',
    'GROUP-ID': quoted(SUBTITLES_GROUP),
    LANGUAGE: quoted(language),
    NAME: quoted(name),
    DEFAULT: 'NO',
    AUTOSELECT: 'YES',
    FORCED: 'NO',
    URI: quoted(playlist),
  })}`;
}

export const writeSubtitlesPlaylist = (
  targetDuration: number,
  segments: readonly { readonly duration: number; readonly file: string }[],
): string =>
  toText([
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...segments.flatMap(({ duration, file }) => [`#EXTINF:${duration.toFixed(6)},`, file]),
    '#EXT-X-ENDLIST',
  ]);

const toText = (lines: readonly string[]): string =>
  `${['#EXTM3U', `#EXT-X-VERSION:${VERSION}`, ...lines].join('\n')}\n`;
