// Inspects an upload, and writes it anew beside itself where its clock breaks.

import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

import type { SoundChoice } from '../pipeline/choose-sound.js';
import { ClockBroken, mendCommand } from '../pipeline/clock-breaks.js';
import type { MediaLimits } from '../pipeline/platform/config.js';
import type { Source } from '../pipeline/probe.js';
import { type FfmpegTools, runFfmpeg } from './ffmpeg.js';
import { FfmpegFailed } from './ffmpeg-output.js';
import { inspectUpload } from './inspect-upload.js';

export interface Inspected {
  readonly source: Source;
  /** What the source is to be read from. */
  readonly path: string;
}

const TIMEOUT_MS = 120_000;

/** Where the mended copy of a file goes; whoever removes the file removes it too. */
export const toMended = (path: string): string => `${path}.mended`;

/** @throws MediaError where the file is refused; any other error is a fault of ours */
export async function inspectMended(
  tools: FfmpegTools,
  path: string,
  limits: MediaLimits,
  signal?: AbortSignal,
  choice?: SoundChoice,
  mended = toMended(path),
): Promise<Inspected> {
  let broken: ClockBroken;
  try {
    return { source: await inspectUpload(tools, path, limits, signal, choice), path };
  } catch (error) {
    if (!(error instanceof ClockBroken)) throw error;
    broken = error;
  }
  const unfinished = `${mended}-${randomUUID()}`;
  const mending = runFfmpeg(tools, mendCommand(path, unfinished), {
    signal,
    timeoutMs: TIMEOUT_MS,
  });
  await mending.catch(async (error: unknown) => {
    await rm(unfinished, { force: true });
    throw error instanceof FfmpegFailed ? broken : error;
  });
  await rename(unfinished, mended);
  return { source: await inspectUpload(tools, mended, limits, signal, choice), path: mended };
}
