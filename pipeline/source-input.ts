// How an untrusted file is opened: one demuxer, our decoders, local files only, bounded sizes.

import type { Container } from './sniff.js';

export const VIDEO_CODECS = [
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'av1',
  'mpeg4',
  'msmpeg4v3',
  'h263',
  'mpeg2video',
  'prores',
  'mjpeg',
] as const;

const AUDIO_DECODERS = [
  ...['aac', 'aac_latm', 'ac3', 'eac3', 'mp3', 'mp3float', 'mp2', 'mp2float', 'mp1', 'mp1float'],
  ...['opus', 'libopus', 'vorbis', 'libvorbis', 'flac', 'alac', 'dca', 'wmav1', 'wmav2', 'wmapro'],
  ...['amrnb', 'amrwb', 'libopencore_amrnb', 'libopencore_amrwb', 'gsm', 'gsm_ms', 'qdm2', 'qdmc'],
  ...['qcelp', 'evrc'],
  ...['adpcm_ima_qt', 'adpcm_ima_wav', 'adpcm_ms', 'adpcm_g722', 'adpcm_g726', 'adpcm_swf'],
  ...['pcm_u8', 'pcm_s8', 'pcm_alaw', 'pcm_mulaw', 'pcm_bluray', 'pcm_dvd', 'mace3', 'mace6'],
  ...['s16', 's24', 's32', 'f32', 'f64', 'u16'].flatMap((name) =>
    ['le', 'be'].map((order) => `pcm_${name}${order}`),
  ),
];
const VIDEO_DECODERS = [
  ...VIDEO_CODECS.map((name) => (name === 'msmpeg4v3' ? 'msmpeg4' : name)),
  ...['libvpx', 'libvpx-vp9', 'libdav1d', 'libaom-av1', 'libgav1'],
];

/** Covers and subtitles beside the film: ffprobe stops at a track whose decoder it may not open. */
const STILL_DECODERS = ['png', 'bmp', 'gif', 'webp'];

const SUBTITLE_DECODERS = [
  ...['mov_text', 'subrip', 'srt', 'ass', 'ssa', 'text', 'webvtt', 'cc_dec'],
  ...['pgssub', 'dvbsub', 'dvdsub', 'xsub'],
];

/** Just above 8192 × 4320. */
const MAX_PIXELS = 35_400_000;

const bounds = (container: Container): string[] => [
  ...['-protocol_whitelist', 'file', '-format_whitelist', container, '-f', container],
  ...['-max_pixels', `${MAX_PIXELS}`, '-max_streams', '32'],
  ...['-probesize', '20M', '-analyzeduration', '20M'],
  ...(container === 'mov' ? ['-enable_drefs', '0', '-use_absolute_path', '0'] : []),
];

/** Options of ffmpeg that must stand before `-i`. */
export const sourceInput = (container: Container): string[] => [
  ...['-codec_whitelist', [...VIDEO_DECODERS, ...AUDIO_DECODERS].join(',')],
  ...bounds(container),
];

/** An option of ffmpeg that must stand before `-i` too. */
export const decoderOption = ({ decoder }: { readonly decoder: string | null }): string[] =>
  decoder ? ['-c:v', decoder] : [];

/** What `sourceInput` says, for ffprobe, which opens every track: `odd` are decoders let in besides, but not as video. */
export const probeInput = (container: Container, odd: readonly string[] = []): string[] => [
  ...['-vcodec_whitelist', [...VIDEO_DECODERS, ...STILL_DECODERS].join(',')],
  ...['-acodec_whitelist', [...AUDIO_DECODERS, ...odd].join(',')],
  ...['-scodec_whitelist', [...SUBTITLE_DECODERS, ...odd].join(',')],
  ...bounds(container),
];

/** Whether sound in this codec is decoded; a `codec_name` may stand for several decoders. */
export const isKnownSound = (codec: string): boolean =>
  AUDIO_DECODERS.includes(codec) || ['amr_nb', 'amr_wb', 'dts', 'adpcm_ima_qt'].includes(codec);

/** A name can then not be taken for an option or another protocol. */
export const sourceUrl = (path: string): string => `file:${path}`;
