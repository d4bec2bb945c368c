// One ffmpeg run for every rendition: decode once, each picture scaled from the next larger one.

import { scaleFilter } from './colour-filters.js';
import type { FfmpegCommand } from './ffmpeg-command.js';
import type { Rendition } from './ladder.js';
import { pictureFilters, resizeOption } from './picture.js';
import type { Ratio, Source } from './probe.js';
import { decoderOption, sourceInput } from './source-input.js';
import { toNumber } from './timeline.js';

/** What the ffmpeg at hand can do, and may use. */
export interface EncoderTools {
  readonly threads: number;
  /** Which of its two scalers is the faster one. */
  readonly scaler: 'swscale' | 'zimg';
}

/** A part of the timeline, in frames of the renditions: from `first` up to, but without, `end`. */
export interface Cut {
  readonly first: number;
  readonly end: number;
  /** Where decoding begins, in the file's own time; null for its start. */
  readonly seek: number | null;
}

export interface PictureOutput {
  readonly rendition: Rendition;
  readonly path: string;
}

/**
 * Renditions' pictures, without sound, as fragmented MP4 with a keyframe each 2 s. `top` is the ladder's
 * first, from which all are scaled, made by this run or not. With a cut, only its frames, from 0 on.
 */
export function pictureCommand(
  source: Source,
  path: string,
  outputs: readonly PictureOutput[],
  { threads, scaler }: EncoderTools,
  { top = outputs[0]?.rendition, cut }: { top?: Rendition | undefined; cut?: Cut | undefined } = {},
): FfmpegCommand {
  return {
    inputs: [
      {
        path,
        options: [
          ...['-filter_complex_threads', `${threads}`],
          ...['-copyts', '-noautorotate', '-threads', `${threads}`],
          ...resizeOption(source.video),
          ...decoderOption(source.video),
          ...thriftOption(source, outputs),
          ...seekOption(cut),
          ...sourceInput(source.container),
        ],
      },
    ],
    // Tone mapping is dear, and so it is done at the size that is wanted.
    complexFilter: pictureGraph(source, outputs, scaler, source.video.hdr ? undefined : top, cut),
    outputs: outputs.map(({ rendition, path: output }, index) => ({
      path: output,
      options: ['-map', `[v${index}]`, ...encoderOptions(source, rendition, threads, cut)],
    })),
  };
}

/** Length of a source's timeline in frames of its renditions. */
export const countFrames = (source: Pick<Source, 'durationMs' | 'video'>): number =>
  Math.max(1, Math.round((source.durationMs / 1000) * toNumber(source.video.frameRate)));

/** The first frame of the renditions that falls at or after a multiple of 2 s. */
export const toGopStart = (gop: number, { num, den }: Ratio): number =>
  Math.ceil((gop * GOP_SECONDS * num) / den);

// The demuxer goes to the keyframe before it; what comes before the instant itself is cut by a filter.
const seekOption = (cut: Cut | undefined): string[] =>
  cut?.seek == null ? [] : ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', cut.seek.toFixed(6)];

/** By times, not by count: where the first frames are missing, the count tells. */
const cutFilters = ({ first, end }: Cut): string[] => [
  `trim=start_pts=${first}:end_pts=${end}`,
  'setpts=PTS-STARTPTS',
];

function pictureGraph(
  source: Source,
  outputs: readonly PictureOutput[],
  scaler: EncoderTools['scaler'],
  ladderTop: Rendition | undefined,
  cut: Cut | undefined,
): string {
  const first = outputs[0]?.rendition;
  const top = ladderTop ?? first;
  if (!first || !top) throw new Error('There is no rendition to encode');
  const down = first.shortSide < top.shortSide ? [SCALE_DOWN[scaler](first), 'setsar=1'] : [];
  const chains = [
    `[0:${source.video.index}]${[
      ...pictureFilters(source, top, cut?.seek ?? null),
      ...down,
      `tpad=stop_mode=clone:stop=-1`,
      ...(cut ? cutFilters(cut) : [`trim=end_frame=${countFrames(source)}`]),
    ].join(',')}${outputs.length > 1 ? '[p0]' : '[v0]'}`,
  ];
  outputs.forEach(({ rendition }, index) => {
    const isLast = index === outputs.length - 1;
    if (index > 0) {
      const end = isLast ? `[v${index}]` : `[p${index}]`;
      chains.push(`[n${index}]${SCALE_DOWN[scaler](rendition)},setsar=1${end}`);
    }
    if (!isLast) chains.push(`[p${index}]split=2[v${index}][n${index + 1}]`);
  });
  return chains.join(';');
}

/**
 * Shrunk to half and less, pictures do not show the edges of their blocks. Those that are predicted from both
 * sides are left unfiltered: hardly any other is predicted from them, so nothing adds up (SSIM: -0.0004).
 */
function thriftOption({ video }: Source, [first]: readonly PictureOutput[]): string[] {
  const isHalf = first && first.rendition.shortSide * 2 <= Math.min(video.width, video.height);
  return isHalf && LOOP_FILTERED.has(video.codec) ? ['-skip_loop_filter', 'bidir'] : [];
}

const LOOP_FILTERED = new Set(['h264', 'hevc']);

// Spline16 keeps nearly all that swscale's bicubic does, for half of its time. Frames that still call
// themselves interlaced would be scaled field by field.
const SCALE_DOWN = {
  swscale: ({ width, height }: Rendition) => scaleFilter({ width, height }),
  zimg: ({ width, height }: Rendition) => `setfield=prog,zscale=w=${width}:h=${height}:f=spline16`,
};

const GOP_SECONDS = 2;
const CRF = 23;
/** Of the cap; the rest is for boxes, and for the start of a short clip. */
const MAXRATE_SHARE = 0.85;
const START_SHARE = 0.11;

function encoderOptions(
  source: Source,
  { frameRate, cap }: Rendition,
  threads: number,
  cut: Cut | undefined,
): string[] {
  const gop = Math.ceil(GOP_SECONDS * toNumber(frameRate));
  const maxrate = Math.round(cap * MAXRATE_SHARE);
  // What the encoder may spend ahead of its rate: little in a short clip, so that it keeps its cap.
  const ahead = Math.round(Math.min(0.9 * maxrate, (START_SHARE * cap * source.durationMs) / 1000));
  return [
    // The filters made the rate constant already; some muxers would add frames of their own.
    ...['-vsync', 'passthrough'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
    ...['-crf', `${CRF}`, '-maxrate', `${maxrate}`, '-bufsize', `${maxrate}`],
    ...['-rc_init_occupancy', `${Math.max(1, ahead)}`],
    ...['-g', `${gop}`, '-keyint_min', `${gop}`, '-sc_threshold', '0', '-forced-idr', '1'],
    ...[
      '-force_key_frames',
      cut ? keyframesOf(cut, frameRate) : `expr:gte(t,n_forced*${GOP_SECONDS})`,
    ],
    ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'],
    ...['-color_range', 'tv', '-threads', `${threads}`, '-a53cc', '0'],
    // Supplemental data (type 6) would carry the encoder's settings and the source's captions.
    ...['-bsf:v', 'filter_units=remove_types=6'],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'],
    ...['-flags:v', '+bitexact+cgop'],
    '-movflags',
    '+frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets+write_colr',
  ];
}

/** Those of the whole: in frames of its timeline, of which whole numbers are compared. */
function keyframesOf({ first }: Cut, { num, den }: Ratio): string {
  const gops = Math.floor((first * den) / (GOP_SECONDS * num));
  return `expr:gte((n+${first})*${den},(n_forced+${gops})*${GOP_SECONDS * num})`;
}
