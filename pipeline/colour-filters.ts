// The filters that scale a picture and make it BT.709, limited range, 8 bit.

import { seenSize } from './framing.js';
import type { VideoTrack } from './probe.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** From a decoded frame to `size`, in the coded orientation. */
export function colourFilters(video: VideoTrack, size: Size): string[] {
  if (video.hdr) return hdrFilters(video, video.hdr, size);
  return isWideGamut(video) ? wideFilters(video, size) : sdrFilters(video, size);
}

/** Whether converting its pictures costs about as much as decoding them; another matrix alone is cheap. */
export const isDearToConvert = (video: VideoTrack): boolean =>
  video.hdr !== null || isWideGamut(video) || video.colour.range !== 'tv';

export const scaleFilter = ({ width, height }: Size, more = ''): string =>
  `scale=${width}:${height}:flags=bicubic${more}`;

function sdrFilters(video: VideoTrack, size: Size): string[] {
  const { colour } = video;
  const range = `:in_range=${colour.range}:out_range=tv`;
  const more = colour.matrix === 'gbr' ? `${range}:out_color_matrix=bt709` : range;
  const matrix = SWSCALE_MATRICES[colour.matrix];
  return [
    ...fitFilters(video, size, more),
    ...(matrix ? [`colorspace=${matrix}:space=bt709:primaries=bt709:trc=bt709:range=tv`] : []),
  ];
}

/** Of two aspects, by how much they may differ and still be one picture's. */
const SAME_ASPECT = 0.02;

/** Fills `size`; where a film changes its shape on the way, what comes then lies between bars. */
function fitFilters(video: VideoTrack, { width, height }: Size, more: string): string[] {
  const { sampleAspect } = video;
  const seen = seenSize(video);
  const isUsual = `lt(abs(iw/ih*${seen.height}/${seen.width}-1),${SAME_ASPECT})`;
  const aspect = `iw/ih*${sampleAspect.num}/${sampleAspect.den}`;
  const w = `if(${isUsual},${width},max(2,min(${width},2*trunc(${height}*${aspect}/2))))`;
  const h = `if(${isUsual},${height},max(2,min(${height},2*trunc(${width}/(${aspect})/2))))`;
  return [
    `scale=w='${w}':h='${h}':eval=frame:flags=bicubic${more}`,
    'format=yuv420p',
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:eval=frame`,
  ];
}

/**
 * Inputs of the colorspace filter, by the matrix of the source; BT.709 needs none. The primaries of
 * standard definition are so near BT.709's that converting them is not worth its time.
 */
const SWSCALE_MATRICES: Readonly<Record<string, string>> = {
  smpte170m: 'ispace=smpte170m:iprimaries=smpte170m:itrc=smpte170m:irange=tv:fast=1',
  bt470bg: 'ispace=bt470bg:iprimaries=bt470bg:itrc=smpte170m:irange=tv:fast=1',
  smpte240m: 'ispace=smpte240m:iprimaries=smpte240m:itrc=smpte170m:irange=tv:fast=1',
  fcc: 'ispace=fcc:iprimaries=bt470m:itrc=smpte170m:irange=tv:fast=1',
};

/** BT.2020, Display P3 and DCI-P3; and matrices that only the slower converter knows. */
const isWideGamut = ({ colour }: VideoTrack): boolean =>
  WIDE_PRIMARIES.has(colour.primaries) || ODD_MATRICES.has(colour.matrix);

const WIDE_PRIMARIES = new Set(['bt2020', 'smpte431', 'smpte432']);
const ODD_MATRICES = new Set(['bt2020nc', 'bt2020c', 'ycgco']);
const ZSCALE_MATRICES = new Set([
  ...['gbr', 'bt709', 'fcc', 'bt470bg', 'smpte170m'],
  ...ODD_MATRICES,
]);

/** One gamma in and out, whatever the source calls it: screens show SDR in one way. */
function wideFilters(video: VideoTrack, size: Size): string[] {
  return [
    ...wholeBlocks(video),
    `zscale=w=${size.width}:h=${size.height}:f=bicubic:${zscaleInput(video, 'bt709')}:t=bt709:m=bt709:p=bt709:r=tv`,
    'format=yuv420p',
  ];
}

const HDR_TRANSFERS = { pq: 'smpte2084', hlg: 'arib-std-b67' } as const;

/**
 * Scaled first: tone mapping then costs half. The peak is fixed, as what files say of theirs is
 * missing or wrong so often that two takes of one scene would differ.
 */
function hdrFilters(video: VideoTrack, hdr: 'pq' | 'hlg', size: Size): string[] {
  return [
    ...wholeBlocks(video),
    `zscale=w=${size.width}:h=${size.height}:${zscaleInput(video, HDR_TRANSFERS[hdr])}:t=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    `tonemap=tonemap=hable:desat=0:peak=${HDR_PEAK}`,
    'zscale=t=bt709:m=bt709:p=bt709:r=tv',
    'format=yuv420p',
  ];
}

/** 1,000 candela per square metre, in hundreds. */
const HDR_PEAK = 10;

function zscaleInput({ colour }: VideoTrack, transfer: string): string {
  const { range, matrix, primaries } = colour;
  const known = ZSCALE_MATRICES.has(matrix) ? matrix : 'bt709';
  const gamut = WIDE_PRIMARIES.has(primaries) ? primaries : 'bt709';
  return `rin=${range}:min=${known}:pin=${gamut}:tin=${transfer}`;
}

/** Zscale takes subsampled pictures with even sides only. */
function wholeBlocks(video: VideoTrack): string[] {
  const seen = seenSize(video);
  const [width, height] = [seen.width, seen.height].map((side) => 2 * Math.ceil(side / 2));
  return width === seen.width && height === seen.height ? [] : [`scale=${width}:${height}`];
}
