// Where a film that was cut out of a longer one starts to show whole pictures.

import type { ProbedFrame } from './probe.js';
import type { TrackTiming } from './timeline.js';

/**
 * Seconds in the file's own time. Before the first keyframe these decoders bring out grey pictures
 * with what moves painted on them; H.264's and the others' hold back until they have something whole.
 */
export function firstWhole(
  codec: string,
  first: Pick<ProbedFrame, 'best_effort_timestamp_time' | 'key_frame'>,
  timing: Pick<TrackTiming, 'start' | 'end' | 'firstKey'>,
): number {
  const start = first.best_effort_timestamp_time ?? timing.start;
  const { firstKey } = timing;
  const isBroken = PAINTS_ON_GREY.has(codec) && first.key_frame === 0;
  if (!isBroken || firstKey === null || firstKey <= start) return start;
  return firstKey - start < (timing.end - start) * MOST_LOST ? firstKey : start;
}

const PAINTS_ON_GREY = new Set(['hevc', 'mpeg4', 'msmpeg4v3', 'h263']);

/** Rather a grey start than hardly any film. */
const MOST_LOST = 0.8;
