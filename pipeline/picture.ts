// The filters that make a source's picture upright, square, progressive, BT.709 8-bit and constant.

import { ORIENTATION_FILTERS, swapsSides } from './orientation.js';
import type { Colour, Source, VideoTrack } from './probe.js';
import { toNumber } from './timeline.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * From decoded frames (in the file's own time, not autorotated) to frames of `size` at the
 * nominal rate, the first at 0.
 */
export function pictureFilters(source: Source, size: Size): string[] {
  const { video } = source;
  const constant = constantRate(source);
  // Dropping frames goes before the costly filters, repeating them after.
  const drops = video.measuredFrameRate > toNumber(video.frameRate) * 1.01;
  return [
    ...(video.isInterlaced ? ['bwdif=mode=send_frame:parity=auto:deint=interlaced'] : []),
    ...(drops ? constant : []),
    ...stillFilters(video, size),
    ...(drops ? [] : constant),
  ];
}

/** The part of `pictureFilters` that looks at one frame alone: for posters. */
export function stillFilters(video: VideoTrack, size: Size): string[] {
  const coded = swapsSides(video.orientation)
    ? { width: size.height, height: size.width }
    : { width: size.width, height: size.height };
  return [
    ...(ALPHA.test(video.pixelFormat) ? ['premultiply=inplace=1'] : []),
    ...(video.hdr ? hdrFilters(video, video.hdr, coded) : sdrFilters(video.colour, coded)),
    ...ORIENTATION_FILTERS[video.orientation],
    'setsar=1',
    'sidedata=mode=delete',
    'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
  ];
}

/** Pixel formats with transparency, which is laid upon black. */
const ALPHA = /^(yuva|ya8|ya16|gbrap|rgba|bgra|argb|abgr)/;

export const scaleFilter = ({ width, height }: Size, more = ''): string =>
  `scale=${width}:${height}:flags=bicubic${more}`;

function constantRate({ origin, video }: Source): string[] {
  const rate = toNumber(video.frameRate);
  const fps = `fps=fps=${video.frameRate.num}/${video.frameRate.den}`;
  // Frames that all fall within half a new one would round to nothing.
  if ((video.frameCount - 1) / video.measuredFrameRate < 0.5 / rate) {
    return ['loop=loop=-1:size=1:start=0', `setpts=N/(${rate.toFixed(6)}*TB)`, fps];
  }
  // The first frame falls upon a frame of the new rate; halfway between two, jitter would stutter.
  const lead = Math.round((video.start - origin) * rate) / rate;
  const shift = (lead - video.start).toFixed(6);
  return [`setpts=PTS+(${shift})/TB`, `${fps}:start_time=0:round=near`];
}

function sdrFilters(colour: Colour, size: Size): string[] {
  const range = `:in_range=${colour.range}:out_range=tv`;
  const matrix = SWSCALE_MATRICES[colour.matrix];
  if (colour.matrix === 'gbr') {
    return [scaleFilter(size, `${range}:out_color_matrix=bt709`), 'format=yuv420p'];
  }
  const scaled = [scaleFilter(size, range), 'format=yuv420p'];
  if (!matrix) return scaled;
  return [...scaled, `colorspace=${matrix}:space=bt709:primaries=bt709:trc=bt709:range=tv`];
}

/** Inputs of the colorspace filter, by the matrix of the source; BT.709 needs none. */
const SWSCALE_MATRICES: Readonly<Record<string, string>> = {
  smpte170m: 'ispace=smpte170m:iprimaries=smpte170m:itrc=smpte170m:irange=tv:fast=1',
  bt470bg: 'ispace=bt470bg:iprimaries=bt470bg:itrc=smpte170m:irange=tv:fast=1',
  smpte240m: 'ispace=smpte240m:iprimaries=smpte240m:itrc=smpte170m:irange=tv:fast=1',
  fcc: 'ispace=fcc:iprimaries=bt470m:itrc=smpte170m:irange=tv:fast=1',
  bt2020nc: 'ispace=bt2020nc:iprimaries=bt2020:itrc=bt2020-10:irange=tv',
  bt2020c: 'ispace=bt2020nc:iprimaries=bt2020:itrc=bt2020-10:irange=tv',
};

const HDR_TRANSFERS = { pq: 'smpte2084', hlg: 'arib-std-b67' } as const;

/** Scaled first: tone mapping then costs half. */
function hdrFilters(video: VideoTrack, hdr: 'pq' | 'hlg', size: Size): string[] {
  const { range } = video.colour;
  const transfer = HDR_TRANSFERS[hdr];
  const even = [video.codedWidth, video.codedHeight].map((side) => 2 * Math.ceil(side / 2));
  const isOdd = even[0] !== video.codedWidth || even[1] !== video.codedHeight;
  return [
    ...(isOdd ? [`scale=${even[0]}:${even[1]}`] : []),
    `zscale=w=${size.width}:h=${size.height}:rin=${range}:min=bt2020nc:pin=bt2020:tin=${transfer}:t=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:p=bt709:r=tv',
    'format=yuv420p',
  ];
}
