// Sound: decoded once to stereo PCM and measured, then levelled and encoded on the clip's timeline.

import { countLateSamples } from './alignment.js';
import { ownInput } from './confined-input.js';
import type { FfmpegCommand } from './ffmpeg-command.js';
import type { AudioTrack, Source } from './probe.js';
import type { Level } from './sound-level.js';
import type { Mix } from './sound-mix.js';
import { sourceInput } from './source-input.js';

export const SAMPLE_RATE = 48_000;
export const FRAME_SAMPLES = 1024;
const BITRATE = 128_000;

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
export const decodeSoundCommand = (input: SoundInput, mix: Mix, wav: string): FfmpegCommand =>
  decodeInto(wav, input, [ONLY_SOUND, ...mix, IN_TIME, TO_STEREO, NO_OFFSET, METER], PCM);

/**
 * Decodes and keeps the timestamps: ffmpeg begins its filters anew where rate or channels change, and a pause at
 * that very place would be lost.
 */
export const decodeTimedCommand = (input: SoundInput, mix: Mix, timed: string): FfmpegCommand =>
  decodeInto(timed, input, [ONLY_SOUND, ...mix, TO_STEREO], ['-c:a', FLOATS, '-f', 'matroska']);

/** Makes of it what `decodeSoundCommand` makes of a track that stays the same. */
export const layInTimeCommand = (timed: string, wav: string): FfmpegCommand =>
  decodeInto(
    wav,
    { path: timed, track: 0, options: ownInput('matroska', [FLOATS]) },
    [IN_TIME, TO_STEREO, NO_OFFSET, METER],
    PCM,
  );

const decodeInto = (
  to: string,
  { path, track, options }: SoundInput,
  filters: readonly string[],
  format: readonly string[],
): FfmpegCommand => ({
  inputs: [{ path, options: ['-vn', '-sn', '-dn', ...options] }],
  outputs: [
    {
      path: to,
      options: [
        ...['-map', `0:${track}`, '-map_metadata', '-1'],
        ...['-filter:a', filters.join(','), ...format],
      ],
    },
  ],
});

/** What a recording in floats, or a damaged one, may hold besides: no number, or far more than full scale. */
const ONLY_SOUND = 'aeval=if(lt(abs(val(ch))\\,16)\\,val(ch)\\,0):c=same';

/** Sound further than this off its timestamps is put right by silence or a cut; less is jitter. */
const DRIFT_SECONDS = 0.02;

const IN_TIME = `aresample=${SAMPLE_RATE}:async=1:min_comp=${DRIFT_SECONDS}:min_hard_comp=${DRIFT_SECONDS}`;
const TO_STEREO = `aformat=sample_fmts=flt:sample_rates=${SAMPLE_RATE}:channel_layouts=stereo`;

/** An offset of cheap converters is not heard, but takes the room of what is. */
const NO_OFFSET = 'highpass=f=10';

const METER = 'ebur128=peak=true:framelog=verbose';
const FLOATS = 'pcm_f32le';
const PCM = ['-c:a', FLOATS, '-rf64', 'auto'];
const WAV_INPUT = ownInput('wav', [FLOATS]);

const OVERSAMPLING = 4;
const ATTACK_MS = 5;

function levelFilters({ gainDb, limitDbtp }: Level): string[] {
  const volume = `volume=${gainDb.toFixed(2)}dB`;
  if (limitDbtp === null) return [volume];
  // Limited at a higher rate, where the peaks between samples show.
  const rate = SAMPLE_RATE * OVERSAMPLING;
  const limit = (10 ** (limitDbtp / 20)).toFixed(4);
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

/** Levels without encoding, and measures what limiting does to the loudness; `tail` as `chooseTail` gives it. */
export const measureLevelCommand = (
  wav: string,
  level: Level,
  tail: number,
  into: string,
): FfmpegCommand => ({
  inputs: [{ path: wav, options: WAV_INPUT }],
  outputs: [{ path: into, options: ['-filter:a', measured(levelFilters(level), tail), ...PCM] }],
});

/** Measures what has been decoded. */
export const measureCommand = (wav: string, tail: number): FfmpegCommand => ({
  inputs: [{ path: wav, options: WAV_INPUT }],
  outputs: [{ path: '-', options: ['-filter:a', measured([], tail), '-f', 'null'] }],
});

/** Measures what has been encoded. */
export const hearCommand = (adts: string, tail: number): FfmpegCommand => ({
  inputs: [{ path: adts, options: ownInput('aac', ['aac']) }],
  outputs: [{ path: '-', options: ['-filter:a', measured([], tail), '-f', 'null'] }],
});

const measured = (filters: readonly string[], tail: number): string =>
  [...filters, ...(tail > 0 ? [`apad=pad_len=${Math.ceil(tail * SAMPLE_RATE)}`] : []), METER].join(
    ',',
  );

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
