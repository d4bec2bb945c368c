// Source → audio.mp4: decoded and measured once, levelled, encoded, cut on the segment grid.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AudioTrack, Source } from '../pipeline/probe.js';
import {
  chooseLevel,
  countSoundFrames,
  decodeSoundCommand,
  encodeSoundCommand,
  type Level,
  measureLevelCommand,
  readLoudness,
} from '../pipeline/sound.js';
import { packSound, readAdts } from '../pipeline/sound-boxes.js';
import { type FfmpegTools, runFfmpeg } from './ffmpeg.js';
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
  const { source, audio, path, folder, durationMs } = job;
  const wav = join(folder, '.sound.wav');
  const adts = join(folder, '.sound.aac');
  try {
    const decoded = await runFfmpeg(tools, decodeSoundCommand(source, audio, path, wav), job).catch(
      toNull,
    );
    if (!decoded) return null;
    const level = await settleLevel(tools, job, wav, decoded.stderrTail);
    await runFfmpeg(tools, encodeSoundCommand(source, audio, level, wav, adts, durationMs), job);
    const frames = readAdts(await readFile(adts));
    await writeFile(
      join(folder, 'audio.mp4'),
      packSound(frames.slice(0, countSoundFrames(durationMs))),
    );
    return {
      file: 'audio.mp4',
      degraded: decoded.errorLines > ERROR_BUDGET ? ['AUDIO_ERRORS'] : [],
    };
  } finally {
    await Promise.all([wav, adts].map((file) => rm(file, { force: true })));
  }
}

const ERROR_BUDGET = 5;

function toNull(error: unknown): null {
  if (error instanceof FfmpegFailed && error.code === null) return null;
  throw error;
}

/** Limiting makes sound quieter; one more measurement makes up for it. */
async function settleLevel(
  tools: FfmpegTools,
  job: SoundJob,
  wav: string,
  measured: string,
): Promise<Level> {
  const loudness = readLoudness(measured);
  const level = chooseLevel(loudness);
  if (!loudness || !level.isLimited) return level;
  const trial = join(job.folder, '.trial.wav');
  try {
    const run = await runFfmpeg(tools, measureLevelCommand(wav, level, trial), job);
    const limited = readLoudness(run.stderrTail);
    const missing = limited ? loudness.integrated + level.gainDb - limited.integrated : 0;
    return missing > NOTICEABLE_DB ? chooseLevel(loudness, missing) : level;
  } finally {
    await rm(trial, { force: true });
  }
}

const NOTICEABLE_DB = 0.3;
