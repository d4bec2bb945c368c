// The sheet of small pictures for scrubbing, out of the keyframes of a rendition that is done.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Movie, readMovie } from '../pipeline/boxes.js';
import { openFileSource } from '../pipeline/boxes-bytes.js';
import { layOutStoryboard, storyboardCommand, writeStoryboardVtt } from '../pipeline/storyboard.js';
import { type FfmpegTools, runFfmpeg } from './ffmpeg.js';

export interface StoryboardJob {
  /** Where the rendition lies and the storyboard is written. */
  readonly folder: string;
  readonly smallest: { readonly file: string; readonly width: number; readonly height: number };
  readonly durationMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface StoryboardFiles {
  readonly vtt: 'storyboard.vtt';
  readonly images: readonly string[];
}

const SHEET = 'storyboard.jpg';
const MAP = 'storyboard.vtt';
const TIMEOUT_MS = 120_000;

export async function makeStoryboard(
  tools: FfmpegTools,
  { folder, smallest, durationMs, signal }: StoryboardJob,
): Promise<StoryboardFiles> {
  const rendition = join(folder, smallest.file);
  const { width, height } = smallest;
  const keyframesMs = await readKeyframes(rendition);
  const layout = layOutStoryboard({ keyframesMs, durationMs, width, height });
  const command = storyboardCommand(layout, rendition, join(folder, SHEET));
  await runFfmpeg(tools, command, { signal, timeoutMs: TIMEOUT_MS });
  await writeFile(join(folder, MAP), writeStoryboardVtt(layout, SHEET));
  return { vtt: MAP, images: [SHEET] };
}

/** Presentation times of the sync samples, counted from the first. */
async function readKeyframes(path: string): Promise<number[]> {
  const source = await openFileSource(path);
  try {
    const times = listSyncTimes(await readMovie(source));
    const first = times[0] ?? 0;
    return times.map((time) => time - first);
  } finally {
    await source.close();
  }
}

function listSyncTimes({ header, fragments }: Movie): number[] {
  const video = header.tracks.find(({ kind }) => kind === 'video');
  const times: number[] = [];
  for (const { trackId, baseDecodeTime, samples } of fragments.flatMap(({ tracks }) => tracks)) {
    if (!video || trackId !== video.id) continue;
    let decodeTime = baseDecodeTime ?? 0;
    for (const sample of samples) {
      if (sample.isSync) {
        times.push(((decodeTime + sample.compositionOffset) * 1000) / video.timescale);
      }
      decodeTime += sample.duration;
    }
  }
  return times.sort((a, b) => a - b);
}
