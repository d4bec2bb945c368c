// Source → every rendition's file and the sound's, in a folder; pictures and sound side by side.

import { join } from 'node:path';

import { countFrames, pictureCommand } from '../pipeline/encode.js';
import { chooseLadder, type Rendition } from '../pipeline/ladder.js';
import { MediaError } from '../pipeline/media-error.js';
import type { Source } from '../pipeline/probe.js';
import { toNumber } from '../pipeline/timeline.js';
import { encodeSound } from './encode-sound.js';
import { type FfmpegRun, type FfmpegTools, runFfmpeg } from './ffmpeg.js';
import { resetDisplayMatrix } from './mp4-header.js';

export interface EncodeJob {
  readonly source: Source;
  readonly path: string;
  /** Where the files are written; it must exist. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (fraction: number) => void;
}

export interface EncodedClip {
  /** Highest first. */
  readonly renditions: readonly { readonly rendition: Rendition; readonly file: string }[];
  readonly audio: { readonly file: 'audio.mp4' } | null;
  /** Codes of what was wrong with the source. */
  readonly degraded: readonly string[];
}

export async function encodeClip(tools: FfmpegTools, job: EncodeJob): Promise<EncodedClip> {
  const { source, folder } = job;
  const renditions = chooseLadder(source).map((rendition) => ({
    rendition,
    file: `${rendition.name}.mp4`,
  }));
  const durationMs = (countFrames(source) / toNumber(source.video.frameRate)) * 1000;
  const timeoutMs = Math.max(5 * 60_000, durationMs * 30);
  // Whichever fails first stops the other.
  const failure = new AbortController();
  const signal = job.signal ? AbortSignal.any([job.signal, failure.signal]) : failure.signal;
  const abortBoth = (error: unknown) => {
    failure.abort(error);
    throw error;
  };

  const outputs = renditions.map(({ rendition, file }) => ({
    rendition,
    path: join(folder, file),
  }));
  const command = pictureCommand(source, job.path, outputs, tools);
  const onProgress = ({ seconds }: { seconds: number }) =>
    job.onProgress?.(Math.min(1, (seconds * 1000) / durationMs));
  const [pictures, sound] = await Promise.all([
    runFfmpeg(tools, command, { signal, timeoutMs, onProgress }).catch(abortBoth),
    source.audio
      ? encodeSound(tools, {
          ...{ source, audio: source.audio, path: job.path, folder, durationMs, signal, timeoutMs },
        }).catch(abortBoth)
      : null,
  ]);
  if (pictures.frames === 0) {
    throw new MediaError('CORRUPT_MEDIA', 'Not one picture of the video can be decoded.');
  }
  await Promise.all(outputs.map((output) => resetDisplayMatrix(output.path)));
  return {
    renditions,
    audio: sound && { file: sound.file },
    degraded: [
      ...source.degraded,
      ...(isDamaged(pictures, source) ? ['VIDEO_ERRORS'] : []),
      ...(source.audio && !sound ? ['AUDIO_UNREADABLE'] : (sound?.degraded ?? [])),
    ],
  };
}

/** A cut film may complain about a frame or two; more than that shows. */
const isDamaged = (run: FfmpegRun, source: Source): boolean =>
  run.errorLines > 2 + countFrames(source) / 100;
