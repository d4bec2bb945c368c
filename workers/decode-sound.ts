// A track of sound → 48 kHz stereo in a WAV, whatever its channels are and however they change.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { AudioTrack, Source } from '../pipeline/probe.js';
import {
  decodeSoundCommand,
  decodeTimedCommand,
  isPacked,
  layInTimeCommand,
  type SoundInput,
  soundInput,
  unpackCommand,
  unpackedInput,
} from '../pipeline/sound.js';
import { wasInterrupted } from '../pipeline/sound-level.js';
import { listMixes, type Mix } from '../pipeline/sound-mix.js';
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

/** Null where it cannot be decoded; else the run whose summary measures all of it. */
export async function decodeSound(
  tools: FfmpegTools,
  job: SoundJob,
  wav: string,
): Promise<FfmpegRun | null> {
  const { source, audio, path, folder } = job;
  const packed = soundInput(source, audio, path);
  if (!isPacked(audio)) return decodeMixed(tools, job, packed, wav);
  const amr = join(folder, '.sound.amr');
  try {
    const unpacked = await runFfmpeg(tools, unpackCommand(packed, amr), job).catch(toNull);
    return unpacked && (await decodeMixed(tools, job, unpackedInput(amr), wav));
  } finally {
    await rm(amr, { force: true });
  }
}

async function decodeMixed(
  tools: FfmpegTools,
  job: SoundJob,
  input: SoundInput,
  wav: string,
): Promise<FfmpegRun | null> {
  for (const mix of listMixes(job.audio)) {
    const decoded = await runFfmpeg(tools, decodeSoundCommand(input, mix, wav), job).catch(toNull);
    if (decoded && wasInterrupted(decoded.stderrTail))
      return decodeTimed(tools, job, input, mix, wav);
    if (decoded) return decoded;
  }
  return null;
}

async function decodeTimed(
  tools: FfmpegTools,
  job: SoundJob,
  input: SoundInput,
  mix: Mix,
  wav: string,
): Promise<FfmpegRun> {
  const timed = join(job.folder, '.sound.mkv');
  try {
    const { errorLines } = await runFfmpeg(tools, decodeTimedCommand(input, mix, timed), job);
    return { ...(await runFfmpeg(tools, layInTimeCommand(timed, wav), job)), errorLines };
  } finally {
    await rm(timed, { force: true });
  }
}

function toNull(error: unknown): null {
  if (error instanceof FfmpegFailed && error.code === null) return null;
  throw error;
}
