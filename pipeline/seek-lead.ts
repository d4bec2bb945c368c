// How long before an instant decoding must begin, so that the picture that is shown then comes out whole.

import type { Packet } from './timeline.js';

/**
 * Seconds; null where no packet is proven to be a beginning. A demuxer goes to the last keyframe that is *decoded* by
 * then; it may be *shown* later, by as much as pictures are out of order, and the one that is shown at an instant may
 * be as old as the longest gap.
 */
export function measureSeekLead(
  packets: readonly Packet[],
  stream: number,
  codec: string,
): number | null {
  const own = packets.filter((packet) => packet.stream === stream && Number.isFinite(packet.time));
  const shown = own.filter(({ isDiscarded }) => !isDiscarded);
  const times = shown.map(({ time }) => time).sort((a, b) => a - b);
  const [start] = times;
  const last = times.at(-1);
  if (start === undefined || last === undefined || last === start) return null;
  const keys = shown.reduce((count, { isKey }) => count + (isKey ? 1 : 0), 0);
  // A file without an index of its keyframes calls every picture one.
  const isProven = keys > 0 && (keys < shown.length || INTRA.has(codec));
  const isCutInside = own.some(
    ({ isDiscarded, time }) => isDiscarded && time > start && time < last,
  );
  if (!isProven || isCutInside) return null;
  const gap = times.reduce((most, time, at) => Math.max(most, time - (times[at - 1] ?? time)), 0);
  const delay = own.reduce((most, { delay = 0 }) => Math.max(most, delay), 0);
  return gap + delay;
}

const INTRA: ReadonlySet<string> = new Set(['prores', 'mjpeg']);
