// The filters that make a source's picture upright, square, progressive, BT.709 8-bit and constant.

import { alphaFilters } from './alpha.js';
import { colourFilters, type Size } from './colour-filters.js';
import { cropFilters } from './framing.js';
import { ORIENTATION_FILTERS, swapsSides } from './orientation.js';
import type { Source, VideoTrack } from './probe.js';
import { toNumber } from './timeline.js';

/**
 * From decoded frames (in the file's own time, not autorotated) to frames of `size` at the
 * nominal rate, the first at 0. What is decoded from the middle, from `seek` on, keeps its place, and nothing
 * stands in for what comes before.
 */
export function pictureFilters(source: Source, size: Size, seek: number | null = null): string[] {
  const { video } = source;
  const constant = constantRate(source, seek !== null);
  // Dropping frames goes before the costly filters, repeating them after.
  const drops = video.measuredFrameRate > toNumber(video.frameRate) * 1.01;
  return [
    ...(seek === null ? [] : [`trim=start=${seek.toFixed(6)}`]),
    ...(video.isInterlaced ? ['bwdif=mode=send_frame:parity=auto:deint=interlaced'] : []),
    ...(drops ? constant : []),
    ...stillFilters(video, size),
    ...(drops ? [] : constant),
  ];
}

/**
 * An option of ffmpeg that stands before `-i`: a change of size in mid-film goes through the scaler
 * instead of restarting the graph, where every filter before the scaler bears that.
 */
export const resizeOption = ({ isInterlaced, crop }: VideoTrack): string[] =>
  isInterlaced || crop ? [] : ['-reinit_filter', '0'];

/** The part of `pictureFilters` that looks at one frame alone: for posters. */
export function stillFilters(video: VideoTrack, size: Size): string[] {
  const coded = swapsSides(video.orientation)
    ? { width: size.height, height: size.width }
    : { width: size.width, height: size.height };
  return [
    ...cropFilters(video),
    ...alphaFilters(video),
    ...colourFilters(video, coded),
    ...ORIENTATION_FILTERS[video.orientation],
    'setsar=1',
    'sidedata=mode=delete',
    'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
  ];
}

function constantRate({ origin, video }: Source, isMiddle: boolean): string[] {
  const rate = toNumber(video.frameRate);
  const fps = `fps=fps=${video.frameRate.num}/${video.frameRate.den}`;
  // Frames that all fall within half a new one would round to nothing.
  if ((video.frameCount - 1) / video.measuredFrameRate < 0.5 / rate) {
    return ['loop=loop=-1:size=1:start=0', `setpts=N/(${rate.toFixed(6)}*TB)`, fps];
  }
  // The first frame falls upon a frame of the new rate; halfway between two, jitter would stutter.
  const lead = Math.round((video.start - origin) * rate) / rate;
  const shift = (lead - video.start - video.delay).toFixed(6);
  // setpts cuts fractions of a tick off: a tick of 1/30 s would then be a frame.
  return [
    'settb=1/1000000',
    `setpts=PTS+(${shift})/TB`,
    `${fps}${isMiddle ? '' : ':start_time=0'}:round=near`,
  ];
}
