// One run of ffmpeg for the pictures of some renditions: of the whole clip, or of one part of it.

import { join } from 'node:path';

import { type Cut, countFrames, pictureCommand } from '../pipeline/encode.js';
import { chooseLadder, type Rendition } from '../pipeline/ladder.js';
import { MediaError } from '../pipeline/media-error.js';
import type { Source } from '../pipeline/probe.js';
import { type FfmpegRun, type FfmpegTools, type RunOptions, runFfmpeg } from './ffmpeg.js';
import { FfmpegFailed } from './ffmpeg-output.js';
import { resetDisplayMatrix } from './mp4-header.js';

export interface PictureJob {
  readonly source: Source;
  readonly path: string;
  /** Each rendition becomes a file of its name there. */
  readonly folder: string;
  /** Highest first. */
  readonly renditions: readonly Rendition[];
  /** All of the clip where it is absent. */
  readonly cut?: Cut;
}

export async function encodePictures(
  tools: FfmpegTools,
  { source, path, folder, renditions, cut }: PictureJob,
  options: RunOptions,
): Promise<FfmpegRun> {
  const outputs = renditions.map((rendition) => ({
    ...{ rendition, path: join(folder, fileOf(rendition)) },
  }));
  const [top] = chooseLadder(source);
  const command = pictureCommand(source, path, outputs, tools, { top, cut });
  const pictures = await runFfmpeg(tools, command, options);
  if (pictures.frames === 0) {
    throw new MediaError('CORRUPT_MEDIA', 'Not one picture of the video can be decoded.');
  }
  await Promise.all(outputs.map((output) => resetDisplayMatrix(output.path)));
  return pictures;
}

/**
 * The frames of one part: those that a run over the whole clip has there.
 * @returns null where not all of them came out: what is wrong with a source is for a run over the whole to say
 */
export async function encodeCut(
  tools: FfmpegTools,
  job: PictureJob & { readonly cut: Cut },
  options: RunOptions,
): Promise<FfmpegRun | null> {
  try {
    const pictures = await encodePictures(tools, job, options);
    return pictures.frames === job.cut.end - job.cut.first ? pictures : null;
  } catch (error) {
    options.signal?.throwIfAborted();
    const isOurs = !(error instanceof MediaError || error instanceof FfmpegFailed);
    if (isOurs || error.code === 'ENOSPC') throw error;
    return null;
  }
}

export const fileOf = ({ name }: Rendition): string => `${name}.mp4`;

/** A cut film may complain about a frame or two; more than that shows. */
export const isDamaged = ({ errorLines }: Pick<FfmpegRun, 'errorLines'>, source: Source): boolean =>
  errorLines > 2 + countFrames(source) / 100;
