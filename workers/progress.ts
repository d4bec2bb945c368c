// Writes a run's progress to the row: at most twice a second, and only what a maker can see change.

import { type MediaMetadata, overallPercent, type Stage } from '../pipeline/media-file.js';
import type { Lease } from '../pipeline/media-lease-queries.js';
import { saveProgress } from '../pipeline/media-move-queries.js';
import { savePartProgress } from '../pipeline/part-progress-queries.js';
import type { WorkerContext } from './context.js';

/** One of `of` parts that a stage is split into; sound, the one after the last, has no progress of its own. */
export interface PartOf {
  readonly index: number;
  readonly of: number;
}

export interface Progress {
  report(stage: Stage, fraction?: number): void;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

type Point = Pick<MediaMetadata, 'stage' | 'percent'>;

const INTERVAL_MS = 500;

export function openProgress(
  { db, mediaEvents, log }: Pick<WorkerContext, 'db' | 'mediaEvents' | 'log'>,
  lease: Lease,
  shown: Point,
  part?: PartOf,
): Progress {
  let last: Point = { stage: shown.stage, percent: part ? 0 : shown.percent };
  let next: Point | null = null;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let wroteAt = 0;

  async function write() {
    timer = undefined;
    if (!next) return;
    const point = next;
    next = null;
    last = point;
    wroteAt = Date.now();
    try {
      const save = part ? savePartProgress(db, lease, part, point) : saveProgress(db, lease, point);
      if (await save) mediaEvents.publish(lease.mediaId);
    } catch (err) {
      log.warn({ err, ...lease }, 'progress not written');
    }
  }
  const writeInTurn = () => {
    writing = writing.then(write);
  };

  return {
    report(stage, fraction) {
      const percent = Math.max(overallPercent(stage, fraction), last.percent);
      if (stage === last.stage && percent === last.percent) return;
      next = { stage, percent };
      timer ??= setTimeout(writeInTurn, Math.max(0, wroteAt + INTERVAL_MS - Date.now()));
    },
    async close() {
      clearTimeout(timer);
      writeInTurn();
      await writing;
    },
  };
}
