// Lays out the sheet of small pictures that a viewer sees while scrubbing, and its WebVTT map.

import type { FfmpegCommand } from './ffmpeg-command.js';
import { sourceInput } from './source-input.js';

export interface Storyboard {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Every how many keyframes one becomes a tile. */
  readonly every: number;
  readonly cues: readonly Cue[];
}

/** One tile: when it is shown (milliseconds) and where it lies on the sheet (pixels). */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly x: number;
  readonly y: number;
}

export interface StoryboardSource {
  /** Presentation times of the rendition's keyframes, ascending; the first is 0. */
  readonly keyframesMs: readonly number[];
  readonly durationMs: number;
  readonly width: number;
  readonly height: number;
}

const MAX_COLUMNS = 10;
const MAX_TILES = 100;
const LONG_SIDE = 160;

/** Cues cover 0 to the end without a gap; a long clip is thinned out to a hundred tiles. */
export function layOutStoryboard(source: StoryboardSource): Storyboard {
  const inside = source.keyframesMs.filter((at) => at < source.durationMs);
  const every = Math.max(1, Math.ceil(inside.length / MAX_TILES));
  const chosen = inside.filter((_, index) => index % every === 0);
  const starts = [0, ...chosen.slice(1)];

  const scale = Math.min(1, LONG_SIDE / Math.max(source.width, source.height));
  const tileWidth = toEven(source.width * scale);
  const tileHeight = toEven(source.height * scale);
  const columns = Math.min(MAX_COLUMNS, starts.length);

  const cues = starts.map((startMs, index) => ({
    startMs,
    endMs: starts[index + 1] ?? source.durationMs,
    x: (index % columns) * tileWidth,
    y: Math.floor(index / columns) * tileHeight,
  }));
  return { columns, rows: Math.ceil(cues.length / columns), tileWidth, tileHeight, every, cues };
}

/** WebVTT whose cues point into `image` by media fragment (`#xywh=`, W3C Media Fragments 4.2.2). */
export function writeStoryboardVtt(storyboard: Storyboard, image: string): string {
  const { tileWidth, tileHeight } = storyboard;
  const cues = storyboard.cues.map(
    ({ startMs, endMs, x, y }) =>
      `${toTimestamp(startMs)} --> ${toTimestamp(endMs)}\n${image}#xywh=${x},${y},${tileWidth},${tileHeight}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

/** One sheet out of a rendition's own keyframes: nothing else of it is decoded. */
export function storyboardCommand(
  { columns, rows, tileWidth, tileHeight, every }: Storyboard,
  rendition: string,
  sheet: string,
): FfmpegCommand {
  const filters = [
    `select='not(mod(n,${every}))'`,
    'setpts=N/FRAME_RATE/TB',
    // JPEG has a matrix and a range of its own.
    `scale=${tileWidth}:${tileHeight}:in_color_matrix=bt709:out_color_matrix=bt601:out_range=pc`,
    ...['format=yuvj420p', 'setsar=1', `tile=${columns}x${rows}:nb_frames=${columns * rows}`],
  ];
  const input = ['-threads', '1', '-skip_frame', 'nokey', ...sourceInput('mov')];
  return {
    inputs: [{ path: rendition, options: input }],
    complexFilter: `[0:v:0]${filters.join(',')}[sheet]`,
    outputs: [
      {
        path: sheet,
        options: [
          ...['-map', '[sheet]', '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '4'],
          ...['-flags:v', '+bitexact', '-map_metadata', '-1', '-f', 'image2', '-update', '1'],
        ],
      },
    ],
  };
}

const toEven = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));

function toTimestamp(ms: number): string {
  const whole = Math.round(ms);
  const pad = (value: number, digits = 2) => String(Math.floor(value)).padStart(digits, '0');
  const clock = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60];
  return `${clock.map((part) => pad(part)).join(':')}.${pad(whole % 1000, 3)}`;
}
