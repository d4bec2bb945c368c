// The ffmpeg runs that bring out the frames among which a poster is chosen, as bare RGB pixels.

import { join } from 'node:path';
import type { Size } from './colour-filters.js';
import type { FfmpegCommand } from './ffmpeg-command.js';
import { resizeOption, stillFilters } from './picture.js';
import { choosePosterInstants, choosePosterWidths } from './poster.js';
import type { Source } from './probe.js';
import { decoderOption, sourceInput } from './source-input.js';

export interface PosterCandidates {
  readonly command: FfmpegCommand;
  /** Files that may come out, each with one frame; a seek past the last keyframe leaves none. */
  readonly files: readonly string[];
  readonly size: Size;
}

/** A few frames over the whole clip: seeks to keyframes and decodes nothing else. */
export function keyframeCandidates(source: Source, path: string, folder: string): PosterCandidates {
  const size = posterSize(source);
  const instants = choosePosterInstants(source.durationMs);
  const graph = instants.map((_, index) => framesOf(source, size, index, ''));
  return {
    command: {
      inputs: instants.map((at) => ({
        path,
        options: [
          ...['-noautorotate', '-threads', '1', '-skip_frame', 'nokey', '-noaccurate_seek'],
          ...['-ss', at.toFixed(3), ...decoderOption(source.video)],
          ...sourceInput(source.container),
        ],
      })),
      complexFilter: graph.join(';'),
      outputs: instants.map((_, index) =>
        output(index, join(folder, `keyframe-${index}-%d.rgb`), 1),
      ),
    },
    files: instants.map((_, index) => join(folder, `keyframe-${index}-1.rgb`)),
    size,
  };
}

/** Frames of the clip's first half minute, all of it decoded: for clips whose keyframes show nothing. */
export function openingCandidates(source: Source, path: string, folder: string): PosterCandidates {
  const size = posterSize(source);
  const seconds = Math.min(OPENING_SECONDS, source.durationMs / 1000);
  const step = (seconds / OPENING_FRAMES).toFixed(4);
  const thin = `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${step})',`;
  return {
    command: {
      inputs: [
        {
          path,
          options: [
            ...['-noautorotate', ...resizeOption(source.video), '-t', `${OPENING_SECONDS}`],
            ...decoderOption(source.video),
            ...sourceInput(source.container),
          ],
        },
      ],
      complexFilter: framesOf(source, size, 0, thin),
      outputs: [output(0, join(folder, 'opening-%d.rgb'), OPENING_FRAMES)],
    },
    files: Array.from({ length: OPENING_FRAMES }, (_, at) => join(folder, `opening-${at + 1}.rgb`)),
    size,
  };
}

/** The widest poster that is kept, upright. */
function posterSize({ video }: Source): Size {
  const width = choosePosterWidths(video.width).at(-1) ?? video.width;
  return { width: toEven(width), height: toEven((video.height * width) / video.width) };
}

function framesOf(source: Source, size: Size, input: number, thin: string): string {
  const filters = [
    // One field is a whole picture; a second one would need its neighbours in time.
    ...(source.video.isInterlaced ? ['field=type=top'] : []),
    ...stillFilters(source.video, size),
    'setpts=N/FRAME_RATE/TB',
    'scale=in_color_matrix=bt709:in_range=tv',
    'format=rgb24',
  ];
  return `[${input}:${source.video.index}]${thin}${filters.join(',')}[f${input}]`;
}

const output = (index: number, path: string, frames: number) => ({
  path,
  options: [
    ...['-map', `[f${index}]`, '-frames:v', `${frames}`, '-c:v', 'rawvideo', '-f', 'image2'],
    ...['-map_metadata', '-1'],
  ],
});

const OPENING_SECONDS = 30;
const OPENING_FRAMES = 8;

// Tone mapping works on whole 4:2:0 blocks.
const toEven = (pixels: number) => Math.max(2, 2 * Math.floor(pixels / 2));
