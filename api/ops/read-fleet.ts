// Queues, workers and the backlog as they are now, read at most once in two seconds however many ask.

import { type EncodeBacklog, encodeBacklog } from '../../pipeline/encode-backlog.js';
import { readEncodeLoad } from '../../pipeline/encode-load-queries.js';
import { countSlots, type FleetWorker } from '../../pipeline/fleet.js';
import { listWorkers } from '../../pipeline/worker-queries.js';
import type { Context } from '../context.js';
import { listQueueDepths, type QueueDepth } from './queue-depths.js';

export interface FleetReader {
  queues(): Promise<readonly QueueDepth[]>;
  workers(): Promise<readonly FleetWorker[]>;
  backlog(): Promise<EncodeBacklog>;
}

const FRESH_MS = 2_000;

export function openFleetReader(
  { config, db, queues }: Pick<Context, 'config' | 'db' | 'queues'>,
  freshMs = FRESH_MS,
): FleetReader {
  const workers = shared(freshMs, () => listWorkers(db));
  return {
    workers,
    queues: shared(freshMs, () => listQueueDepths({ queues })),
    backlog: shared(freshMs, async () => {
      const [load, known] = await Promise.all([readEncodeLoad(db), workers()]);
      const { maxSeconds } = config.media;
      return encodeBacklog({ ...load, slots: countSlots(known), maxSeconds });
    }),
  };
}

/** A failure is not kept. */
function shared<T>(freshMs: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | null = null;
  return () => {
    if (kept && Date.now() - kept.at < freshMs) return kept.answer;
    const mine = { at: Date.now(), answer: read() };
    kept = mine;
    mine.answer.catch(() => {
      if (kept === mine) kept = null;
    });
    return mine.answer;
  };
}
