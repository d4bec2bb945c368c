// Sound: decoded once to stereo PCM and measured, then levelled and encoded on the clip's timeline.

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

/** Decodes to 48 kHz stereo floats; pauses in the timestamps become silence. */
export function decodeSoundCommand(
  source: Source,
  audio: AudioTrack,
  path: string,
  wav: string,
): FfmpegCommand {
  return {
    inputs: [{ path, options: ['-vn', '-sn', '-dn', ...sourceInput(source.container)] }],
    outputs: [
      {
        path: wav,
        options: [
          ...['-map', `0:${audio.index}`, '-map_metadata', '-1'],
          ...['-filter:a', [...toStereo(audio), METER].join(',')],
          ...['-c:a', 'pcm_f32le', '-rf64', 'auto'],
        ],
      },
    ],
  };
}

const METER = 'ebur128=peak=true:framelog=verbose';
const MOST_CHANNELS = 8;

function toStereo({ channels }: AudioTrack): string[] {
  // More channels than any loudspeaker layout has: the first two are the nearest thing to stereo.
  const pick = channels > MOST_CHANNELS ? ['pan=stereo|c0=c0|c1=c1'] : [];
  return [
    ...pick,
    `aresample=${SAMPLE_RATE}:async=1000:min_comp=0.02:min_hard_comp=0.1`,
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
/** More would blow a quiet room up into noise. */
const MOST_GAIN_DB = 20;
/** Encoding and resampling overshoot by up to a decibel. */
const PEAK_LIMIT_DBTP = -2;

export interface Level {
  readonly gainDb: number;
  /** Whether peaks pass the limit at this gain, and are held back. */
  readonly isLimited: boolean;
}

/** The gain to the target; `correctionDb` makes up for what limiting took away. */
export function chooseLevel(loudness: Loudness | null, correctionDb = 0): Level {
  if (!loudness) return { gainDb: 0, isLimited: false };
  const wanted = TARGET_LUFS - loudness.integrated + correctionDb;
  const gainDb = Math.min(MOST_GAIN_DB, wanted);
  return { gainDb, isLimited: loudness.truePeak + gainDb > PEAK_LIMIT_DBTP };
}

const levelFilters = ({ gainDb, isLimited }: Level): string[] => [
  `volume=${gainDb.toFixed(2)}dB`,
  // Limited at four times the rate, where the peaks between samples show.
  ...(isLimited
    ? [
        `aresample=${SAMPLE_RATE * 4}`,
        `alimiter=limit=${(10 ** (PEAK_LIMIT_DBTP / 20)).toFixed(4)}:attack=5:release=80:level=0`,
        `aresample=${SAMPLE_RATE}`,
      ]
    : []),
];

/** Levels without encoding, to measure what limiting does to the loudness. */
export const measureLevelCommand = (wav: string, level: Level, into: string): FfmpegCommand => ({
  inputs: [{ path: wav, options: [] }],
  outputs: [
    {
      path: into,
      options: ['-filter:a', [...levelFilters(level), METER].join(','), '-c:a', 'pcm_s16le'],
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
  const late = Math.max(0, Math.round((audio.start - source.origin) * SAMPLE_RATE));
  const end = (countSoundFrames(durationMs) + FLUSH_FRAMES) * FRAME_SAMPLES;
  const filters = [
    ...levelFilters(level),
    ...(late > 0 ? [`adelay=${late}S|${late}S`] : []),
    'apad',
    `atrim=start_sample=${FRAME_SAMPLES}:end_sample=${end}`,
  ];
  return {
    inputs: [{ path: wav, options: [] }],
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
