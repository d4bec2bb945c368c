// Transport streams whose clock starts again or leaps in mid-file: recordings that were joined end to end.

import type { FfmpegCommand } from './ffmpeg-command.js';
import { MediaError } from './media-error.js';
import type { Container } from './sniff.js';
import { sourceInput } from './source-input.js';
import type { Packet } from './timeline.js';

/** Other containers have one timeline for the whole file, and their gaps are meant. */
const BROKEN_BY: Container = 'mpegts';
/** More than pictures are ever out of order. */
const BACK_SECONDS = 1;
/** More than a recording leaves out. */
const LEAP_SECONDS = 30;

/** The file may be read once its packets have times of one clock: `mendCommand`. */
export class ClockBroken extends MediaError {
  constructor() {
    super(
      'CORRUPT_MEDIA',
      'The clock of this file starts again in the middle. Export it as one film, or upload its parts.',
    );
  }
}

/** @param packets in the order of the file */
export function breaksClock(container: Container, packets: readonly Packet[]): boolean {
  if (container !== BROKEN_BY) return false;
  const former = new Map<number, number>();
  for (const { stream, time } of packets) {
    if (!Number.isFinite(time)) continue;
    const step = time - (former.get(stream) ?? time);
    if (step < -BACK_SECONDS || step > LEAP_SECONDS) return true;
    former.set(stream, time);
  }
  return false;
}

/**
 * Copies picture and sound as they are, damage and all. ffmpeg carries the clock of a transport stream on over its breaks by
 * itself, unless it is told to copy times, as it is where we encode.
 */
export const mendCommand = (path: string, to: string): FfmpegCommand => ({
  inputs: [{ path, options: sourceInput(BROKEN_BY) }],
  outputs: [
    {
      path: to,
      options: [
        ...['-map', '0:v', '-map', '0:a?', '-c', 'copy', '-map_metadata', '-1'],
        ...['-max_muxing_queue_size', '4096', '-f', BROKEN_BY],
      ],
    },
  ],
});
