// Source → audio.mp4: decoded and measured once, levelled, encoded, cut on the segment grid.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AudioTrack } from '../pipeline/probe.js';
import {
  countSoundFrames,
  encodeSoundCommand,
  hearCommand,
  measureCommand,
  measureLevelCommand,
} from '../pipeline/sound.js';
import { packSound, readAdts } from '../pipeline/sound-boxes.js';
import {
  AS_IT_IS,
  chooseLevel,
  chooseTail,
  guessCorrection,
  type Level,
  type Loudness,
  readLoudness,
  reviseLevel,
} from '../pipeline/sound-level.js';
import { decodeSound, type SoundJob } from './decode-sound.js';
import { type FfmpegRun, type FfmpegTools, runFfmpeg } from './ffmpeg.js';

export interface EncodedSound {
  readonly file: 'audio.mp4';
  readonly degraded: readonly string[];
}

/** Null where the sound cannot be decoded after all. */
export async function encodeSound(tools: FfmpegTools, job: SoundJob): Promise<EncodedSound | null> {
  const { audio, folder, durationMs } = job;
  const wav = join(folder, '.sound.wav');
  const trial = join(folder, '.trial.wav');
  const adts = join(folder, '.sound.aac');
  try {
    const decoded = await decodeSound(tools, job, wav);
    if (!decoded) return null;
    const sound = await settleLevel(tools, job, { wav, trial }, decoded);
    await encodeHeard(tools, job, sound, adts);
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

const isDamaged = (decoded: FfmpegRun, { start, end }: AudioTrack): boolean =>
  decoded.errorLines > ERROR_BUDGET || decoded.seconds < (end - start) * 0.9 - 0.5;

const ERROR_BUDGET = 5;

interface Settled {
  readonly level: Level;
  /** What it is to be applied to. */
  readonly wav: string;
  /** The loudness that comes of it; null for silence. */
  readonly goal: number | null;
  readonly tail: number;
}

/**
 * Limiting makes sound quieter: what it took is added and tried again, a few times at most. The last trial is
 * what gets encoded.
 */
async function settleLevel(
  tools: FfmpegTools,
  job: SoundJob,
  { wav, trial }: { readonly wav: string; readonly trial: string },
  decoded: FfmpegRun,
): Promise<Settled> {
  const tail = chooseTail(
    decoded.seconds,
    job.audio.start + decoded.seconds,
    job.source.origin + job.durationMs / 1000,
  );
  const loudness = await measure(tools, job, wav, decoded, tail);
  const wanted = chooseLevel(loudness);
  const goal = loudness && loudness.integrated + wanted.gainDb;
  if (!loudness || goal === null || wanted.limitDbtp === null)
    return { level: wanted, wav, goal, tail };
  let correctionDb = guessCorrection(loudness);
  for (let tries = 1; ; tries++) {
    const level = chooseLevel(loudness, correctionDb);
    const run = await runFfmpeg(tools, measureLevelCommand(wav, level, tail, trial), job);
    const reached = readLoudness(run.stderrTail)?.integrated ?? goal;
    const missing = goal - reached;
    correctionDb += missing * (missing > 0 ? OVERSHOOT : 1);
    correctionDb = Math.min(MOST_CORRECTION_DB, Math.max(0, correctionDb));
    const isBest = chooseLevel(loudness, correctionDb).gainDb === level.gainDb;
    if (isBest || Math.abs(missing) < NOTICEABLE_DB || tries === MOST_TRIALS) {
      return { level: AS_IT_IS, wav: trial, goal: reached, tail };
    }
  }
}

const MOST_TRIALS = 4;
/** Each added decibel is limited in part, too. */
const OVERSHOOT = 1.5;
const MOST_CORRECTION_DB = 12;
const NOTICEABLE_DB = 0.4;

/** The decoder's own measurement where it holds for all that the clip plays. */
async function measure(
  tools: FfmpegTools,
  job: SoundJob,
  wav: string,
  { stderrTail }: FfmpegRun,
  tail: number,
): Promise<Loudness | null> {
  if (tail === 0) return readLoudness(stderrTail);
  return readLoudness((await runFfmpeg(tools, measureCommand(wav, tail), job)).stderrTail);
}

/** Encodes, listens to what came out, and does it again where that is too loud or too quiet. */
async function encodeHeard(
  tools: FfmpegTools,
  job: SoundJob,
  { wav, goal, tail, ...settled }: Settled,
  adts: string,
): Promise<void> {
  const { source, audio, durationMs } = job;
  let { level } = settled;
  for (let tries = 0; ; tries++) {
    await runFfmpeg(tools, encodeSoundCommand(source, audio, level, wav, adts, durationMs), job);
    if (goal === null || tries === MOST_REVISIONS) return;
    const heard = readLoudness((await runFfmpeg(tools, hearCommand(adts, tail), job)).stderrTail);
    const revised = heard && reviseLevel(level, heard, goal, settled.level);
    if (!revised) return;
    level = revised;
  }
}

const MOST_REVISIONS = 3;
