// Sound: decoded once to stereo PCM and measured, then levelled and encoded on the clip's timeline.

import { countLateSamples } from './alignment.js';
import { ownInput } from './confined-input.js';
import type { FfmpegCommand } from './ffmpeg-command.js';
import type { AudioTrack, Source } from './probe.js';
import { sourceInput } from './source-input.js';

export const SAMPLE_RATE = 48_000;
export const FRAME_SAMPLES = 1024;
const BITRATE = 128_000;

/** Integrated loudness in LUFS and true peak in dBTP; null where the track is silent. */
export interface Loudness {
  readonly integrated: number;
  readonly truePeak: number;
}

/** What is decoded: a track of the source, or of a file unpacked from it. */
export interface SoundInput {
  readonly path: string;
  readonly track: number;
  readonly options: readonly string[];
}

export const soundInput = (source: Source, audio: AudioTrack, path: string): SoundInput => ({
  path,
  track: audio.index,
  options: sourceInput(source.container),
});

/** Phones put many AMR frames into one packet, of which some versions decode the first alone. */
export const isPacked = ({ codec }: AudioTrack): boolean => ['amr_nb', 'amr_wb'].includes(codec);

/** Takes packed AMR out of its container, so that it is read frame by frame. */
export const unpackCommand = (
  { path, track, options }: SoundInput,
  amr: string,
): FfmpegCommand => ({
  inputs: [{ path, options }],
  outputs: [{ path: amr, options: ['-map', `0:${track}`, '-c', 'copy', '-map_metadata', '-1'] }],
});

export const unpackedInput = (amr: string): SoundInput => ({
  path: amr,
  track: 0,
  options: ownInput('amr', ['amrnb', 'amrwb', 'libopencore_amrnb', 'libopencore_amrwb']),
});

/** Decodes to 48 kHz stereo floats; pauses in the timestamps become silence. */
export const decodeSoundCommand = (
  { path, track, options }: SoundInput,
  audio: AudioTrack,
  wav: string,
): FfmpegCommand => ({
  inputs: [{ path, options: ['-vn', '-sn', '-dn', ...options] }],
  outputs: [
    {
      path: wav,
      options: [
        ...['-map', `0:${track}`, '-map_metadata', '-1'],
        ...['-filter:a', [...toStereo(audio), METER].join(',')],
        ...['-c:a', 'pcm_f32le', '-rf64', 'auto'],
      ],
    },
  ],
});

const WAV_INPUT = ownInput('wav', ['pcm_f32le']);

/** Sound further than this off its timestamps is put right by silence or a cut; less is jitter. */
const DRIFT_SECONDS = 0.02;

const METER = 'ebur128=peak=true:framelog=verbose';
const MOST_CHANNELS = 8;

function toStereo({ channels }: AudioTrack): string[] {
  // More channels than any loudspeaker layout has: the first two are the nearest thing to stereo.
  const pick = channels > MOST_CHANNELS ? ['pan=stereo|c0=c0|c1=c1'] : [];
  return [
    ...pick,
    `aresample=${SAMPLE_RATE}:async=1:min_comp=${DRIFT_SECONDS}:min_hard_comp=${DRIFT_SECONDS}`,
    `aformat=sample_fmts=flt:sample_rates=${SAMPLE_RATE}:channel_layouts=stereo`,
  ];
}

/** Reads the meter's summary; null where nothing was loud enough to measure. */
export function readLoudness(stderr: string): Loudness | null {
  const integrated = Number(/ I:\s+(-?[\d.]+|-inf|nan) LUFS\s+Threshold/.exec(stderr)?.[1]);
  const truePeak = Number(/ Peak:\s+(-?[\d.]+|-inf|nan) dBFS/.exec(stderr)?.[1]);
  return Number.isFinite(integrated) && Number.isFinite(truePeak) && integrated > SILENCE_LUFS
    ? { integrated, truePeak }
    : null;
}

const SILENCE_LUFS = -69.9;
const TARGET_LUFS = -16;
const MOST_GAIN_DB = 30;
/** From here down to silence the gain shrinks to nothing: a quiet room stays one. */
const FAINT_LUFS = -50;
/** Encoding and resampling overshoot by up to a decibel. */
const PEAK_LIMIT_DBTP = -2;

export interface Level {
  readonly gainDb: number;
  /** Whether peaks pass the limit at this gain, and are held back. */
  readonly isLimited: boolean;
}

/** The gain to the target; `correctionDb` makes up for what limiting takes away. */
export function chooseLevel(loudness: Loudness | null, correctionDb = 0): Level {
  if (!loudness) return { gainDb: 0, isLimited: false };
  const { integrated, truePeak } = loudness;
  const faintness = (integrated - SILENCE_LUFS) / (FAINT_LUFS - SILENCE_LUFS);
  const most = MOST_GAIN_DB * Math.min(1, faintness);
  const gainDb = Math.min(most, TARGET_LUFS - integrated) + correctionDb;
  return { gainDb, isLimited: truePeak + gainDb > PEAK_LIMIT_DBTP };
}

/** Decibels that limiting is likely to take away, so that one trial mostly does; measured on music and film. */
export function guessCorrection(loudness: Loudness): number {
  const excess = loudness.truePeak + chooseLevel(loudness).gainDb - PEAK_LIMIT_DBTP;
  return Math.max(0, (excess - 3) * 0.2);
}

const OVERSAMPLING = 4;
const ATTACK_MS = 5;

function levelFilters({ gainDb, isLimited }: Level): string[] {
  const volume = `volume=${gainDb.toFixed(2)}dB`;
  if (!isLimited) return [volume];
  // Limited at a higher rate, where the peaks between samples show.
  const rate = SAMPLE_RATE * OVERSAMPLING;
  const limit = (10 ** (PEAK_LIMIT_DBTP / 20)).toFixed(4);
  return [
    volume,
    `aresample=${rate}`,
    `alimiter=limit=${limit}:attack=${ATTACK_MS}:release=80:level=0`,
    // The limiter looks ahead and so delays sound by its attack.
    `atrim=start_sample=${(rate * ATTACK_MS) / 1000}`,
    'asetpts=N/SR/TB',
    `aresample=${SAMPLE_RATE}`,
  ];
}

/** Levels without encoding, and measures what limiting does to the loudness. */
export const measureLevelCommand = (wav: string, level: Level, into: string): FfmpegCommand => ({
  inputs: [{ path: wav, options: WAV_INPUT }],
  outputs: [
    {
      path: into,
      options: [
        ...['-filter:a', [...levelFilters(level), METER].join(',')],
        ...['-c:a', 'pcm_f32le', '-rf64', 'auto'],
      ],
    },
  ],
});

/** AAC frames that cover a clip of `durationMs`: the nearest whole number. */
export const countSoundFrames = (durationMs: number): number =>
  Math.max(1, Math.round(((durationMs / 1000) * SAMPLE_RATE) / FRAME_SAMPLES));

/** The encoder keeps its last frames back; what it needs to let go of all that are wanted. */
const FLUSH_FRAMES = 2;

/**
 * Encodes to ADTS, a few frames past the clip's end. The encoder delays sound by one frame; leaving
 * out the first 1,024 samples puts it right for every player, whether or not it reads edit lists.
 */
export function encodeSoundCommand(
  source: Source,
  audio: AudioTrack,
  level: Level,
  wav: string,
  adts: string,
  durationMs: number,
): FfmpegCommand {
  const late = countLateSamples(audio.start, source.origin, SAMPLE_RATE);
  const end = (countSoundFrames(durationMs) + FLUSH_FRAMES) * FRAME_SAMPLES;
  const filters = [
    ...levelFilters(level),
    ...(late > 0 ? [`adelay=${late}S|${late}S`] : []),
    ...(late < 0 ? [`atrim=start_sample=${-late}`, 'asetpts=N/SR/TB'] : []),
    'apad',
    `atrim=start_sample=${FRAME_SAMPLES}:end_sample=${end}`,
  ];
  return {
    inputs: [{ path: wav, options: WAV_INPUT }],
    outputs: [
      {
        path: adts,
        options: [
          ...['-filter:a', filters.join(','), '-c:a', 'aac', '-profile:a', 'aac_low'],
          ...['-b:a', `${BITRATE}`, '-ar', `${SAMPLE_RATE}`, '-ac', '2'],
          ...['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'],
        ],
      },
    ],
  };
}
