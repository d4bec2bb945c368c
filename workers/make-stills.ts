// The poster of a clip, in three widths, and the placeholder that is shown before it arrives.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import type { Size } from '../pipeline/colour-filters.js';
import {
  choosePoster,
  choosePosterWidths,
  type FrameLook,
  isTelling,
  lookAtFrame,
} from '../pipeline/poster.js';
import {
  keyframeCandidates,
  openingCandidates,
  type PosterCandidates,
} from '../pipeline/poster-frames.js';
import type { Source } from '../pipeline/probe.js';
import { type FfmpegTools, runFfmpeg } from './ffmpeg.js';
import { FfmpegFailed } from './ffmpeg-output.js';
import { hardenSharp } from './process-image.js';

export interface StillsJob {
  readonly source: Source;
  readonly path: string;
  /** Where the pictures are written; nothing else is left there. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface Stills {
  /** Ascending by width; file names inside the folder. */
  readonly poster: readonly {
    readonly width: number;
    readonly height: number;
    readonly jpeg: string;
    readonly webp: string;
  }[];
  /** ThumbHash, base64. */
  readonly placeholder: string;
}

interface Candidate {
  readonly pixels: Buffer;
  readonly look: FrameLook;
}

/** Looks at a few keyframes; only where none of them shows anything, at more of the opening. */
export async function makeStills(tools: FfmpegTools, job: StillsJob): Promise<Stills> {
  hardenSharp();
  const frames = join(job.folder, 'candidates');
  await mkdir(frames, { recursive: true });
  try {
    const keyframes = keyframeCandidates(job.source, job.path, frames);
    const candidates = await takeCandidates(tools, job, keyframes);
    if (!candidates.some(({ look }) => isTelling(look))) {
      const opening = openingCandidates(job.source, job.path, frames);
      candidates.push(...(await takeCandidates(tools, job, opening)));
    }
    const chosen = candidates[choosePoster(candidates.map(({ look }) => look))];
    if (!chosen) throw new Error('no frame of the source could be decoded for a poster');
    return await writeStills(chosen.pixels, keyframes.size, job.folder);
  } finally {
    await rm(frames, { recursive: true, force: true });
  }
}

async function takeCandidates(
  tools: FfmpegTools,
  { signal }: StillsJob,
  { command, files, size }: PosterCandidates,
): Promise<Candidate[]> {
  try {
    await runFfmpeg(tools, command, { signal, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    // Some frames may be out all the same; that none is, is told by the caller.
    if (!(error instanceof FfmpegFailed)) throw error;
  }
  const frameBytes = size.width * size.height * CHANNELS;
  const candidates: Candidate[] = [];
  for (const file of files) {
    // A seek past the last keyframe leaves an empty file, or none.
    const frames = await readFile(file).catch(() => Buffer.alloc(0));
    for (let at = 0; at + frameBytes <= frames.length; at += frameBytes) {
      const pixels = frames.subarray(at, at + frameBytes);
      candidates.push({ pixels, look: await lookAt(pixels, size) });
    }
  }
  return candidates;
}

async function lookAt(pixels: Buffer, size: Size): Promise<FrameLook> {
  const { data, info } = await openPixels(pixels, size)
    .resize({ ...LOOK_BOX, fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return lookAtFrame(data, info.width, info.height);
}

async function writeStills(pixels: Buffer, size: Size, folder: string): Promise<Stills> {
  const poster = await Promise.all(
    choosePosterWidths(size.width).map(async (width) => {
      const height = Math.max(1, Math.round((size.height * width) / size.width));
      const names = { jpeg: `poster-${width}.jpg`, webp: `poster-${width}.webp` };
      const picture = openPixels(pixels, size).resize({ width, height, fit: 'fill' });
      await picture.clone().jpeg(JPEG).toFile(join(folder, names.jpeg));
      await picture.clone().webp(WEBP).toFile(join(folder, names.webp));
      return { width, height, ...names };
    }),
  );
  return { poster, placeholder: await toPlaceholder(pixels, size) };
}

async function toPlaceholder(pixels: Buffer, size: Size): Promise<string> {
  const { data, info } = await openPixels(pixels, size)
    .resize({ width: 100, height: 100, fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}

/** Metadata is never written: pixels come in bare, and sharp adds none. */
const openPixels = (pixels: Buffer, { width, height }: Size) =>
  sharp(pixels, {
    raw: { width, height, channels: CHANNELS },
    limitInputPixels: 50_000_000,
  }).timeout({ seconds: 10 });

const CHANNELS = 3;
const LOOK_BOX = { width: 192, height: 192 };
const JPEG = { quality: 80, mozjpeg: true };
// More effort takes twice the time for one part in twenty of the size.
const WEBP = { quality: 78, effort: 2 };
const TIMEOUT_MS = 120_000;
