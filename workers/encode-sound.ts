// Source → audio.mp4: decoded and measured once, levelled, encoded, cut on the segment grid.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AudioTrack, Source } from '../pipeline/probe.js';
import {
  chooseLevel,
  countSoundFrames,
  decodeSoundCommand,
  encodeSoundCommand,
  guessCorrection,
  isPacked,
  type Level,
  measureLevelCommand,
  readLoudness,
  soundInput,
  unpackCommand,
  unpackedInput,
} from '../pipeline/sound.js';
import { packSound, readAdts } from '../pipeline/sound-boxes.js';
import { type FfmpegRun, type FfmpegTools, runFfmpeg } from './ffmpeg.js';
import { FfmpegFailed } from './ffmpeg-output.js';

export interface SoundJob {
  readonly source: Source;
  readonly audio: AudioTrack;
  readonly path: string;
  readonly folder: string;
  /** Length of the pictures, which the sound takes. */
  readonly durationMs: number;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

export interface EncodedSound {
  readonly file: 'audio.mp4';
  readonly degraded: readonly string[];
}

/** Null where the sound cannot be decoded after all. */
export async function encodeSound(tools: FfmpegTools, job: SoundJob): Promise<EncodedSound | null> {
  const { source, audio, folder, durationMs } = job;
  const wav = join(folder, '.sound.wav');
  const trial = join(folder, '.trial.wav');
  const adts = join(folder, '.sound.aac');
  try {
    const decoded = await decode(tools, job, wav).catch(toNull);
    if (!decoded) return null;
    const sound = await settleLevel(tools, job, { wav, trial }, decoded.stderrTail);
    const command = encodeSoundCommand(source, audio, sound.level, sound.wav, adts, durationMs);
    await runFfmpeg(tools, command, job);
    const frames = readAdts(await readFile(adts));
    await writeFile(
      join(folder, 'audio.mp4'),
      packSound(frames.slice(0, countSoundFrames(durationMs))),
    );
    return { file: 'audio.mp4', degraded: isDamaged(decoded, audio) ? ['AUDIO_ERRORS'] : [] };
  } finally {
    await Promise.all([wav, trial, adts].map((file) => rm(file, { force: true })));
  }
}

async function decode(tools: FfmpegTools, job: SoundJob, wav: string): Promise<FfmpegRun> {
  const { source, audio, path, folder } = job;
  const packed = soundInput(source, audio, path);
  if (!isPacked(audio)) return runFfmpeg(tools, decodeSoundCommand(packed, audio, wav), job);
  const amr = join(folder, '.sound.amr');
  try {
    await runFfmpeg(tools, unpackCommand(packed, amr), job);
    return await runFfmpeg(tools, decodeSoundCommand(unpackedInput(amr), audio, wav), job);
  } finally {
    await rm(amr, { force: true });
  }
}

const isDamaged = (decoded: FfmpegRun, { start, end }: AudioTrack): boolean =>
  decoded.errorLines > ERROR_BUDGET || decoded.seconds < (end - start) * 0.9 - 0.5;

const ERROR_BUDGET = 5;

function toNull(error: unknown): null {
  if (error instanceof FfmpegFailed && error.code === null) return null;
  throw error;
}

/**
 * Limiting makes sound quieter: what it took is added and tried again, a few times at most. The trial that
 * is loud enough is what gets encoded.
 */
async function settleLevel(
  tools: FfmpegTools,
  job: SoundJob,
  { wav, trial }: { readonly wav: string; readonly trial: string },
  measured: string,
): Promise<{ level: Level; wav: string }> {
  const loudness = readLoudness(measured);
  const wanted = chooseLevel(loudness);
  if (!loudness || !wanted.isLimited) return { level: wanted, wav };
  let correctionDb = guessCorrection(loudness);
  for (let tries = 0; tries < MOST_TRIALS; tries++) {
    const level = chooseLevel(loudness, correctionDb);
    const run = await runFfmpeg(tools, measureLevelCommand(wav, level, trial), job);
    const limited = readLoudness(run.stderrTail);
    const missing = limited ? loudness.integrated + wanted.gainDb - limited.integrated : 0;
    if (Math.abs(missing) < NOTICEABLE_DB) return { level: AS_IT_IS, wav: trial };
    const better = correctionDb + missing * (missing > 0 ? OVERSHOOT : 1);
    correctionDb = Math.min(MOST_CORRECTION_DB, Math.max(0, better));
  }
  return { level: chooseLevel(loudness, correctionDb), wav };
}

const AS_IT_IS: Level = { gainDb: 0, isLimited: false };
const MOST_TRIALS = 4;
/** Each added decibel is limited in part, too. */
const OVERSHOOT = 1.5;
const MOST_CORRECTION_DB = 12;
const NOTICEABLE_DB = 0.4;
