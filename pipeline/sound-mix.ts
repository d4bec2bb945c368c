// How the channels of a track become the two that are published.

import type { AudioTrack } from './probe.js';

/** Filters that come first; none of them where ffmpeg's own matrix does it, which is that of ITU-R BS.775. */
export type Mix = readonly string[];

const BY_LAYOUT: Mix = [];
const FIRST_TWO: Mix = ['aeval=val(0)|val(1):c=stereo'];
const ONE_FOR_BOTH: Mix = ['aeval=val(0)|val(0):c=stereo'];
/** ffmpeg takes three channels without a layout for 2.1 and leaves the third out, as it is no woofer in any camera. */
const THREE_FRONT: Mix = ['pan=stereo|c0=c0+0.7071*c2|c1=c1+0.7071*c2'];

const MOST_CHANNELS = 8;

/**
 * Ways to two channels, best first: ffmpeg refuses what has no front channel, or changes its shape too much in
 * mid-track, and then the next one is taken.
 */
export function listMixes({
  channels,
  layout,
}: Pick<AudioTrack, 'channels' | 'layout'>): readonly Mix[] {
  // More channels than any loudspeaker layout has: the first two are the nearest thing to stereo.
  if (channels > MOST_CHANNELS) return [FIRST_TWO];
  const unnamed = channels === 3 && !layout ? [THREE_FRONT] : [];
  return [...unnamed, BY_LAYOUT, channels === 1 ? ONE_FOR_BOTH : FIRST_TWO];
}
