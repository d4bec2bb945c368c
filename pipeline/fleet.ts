// The workers as they tell of themselves. For people and for scaling; Postgres' other rows say what is to be done.

import { z } from 'zod';

export const runningJob = z.object({
  queue: z.string(),
  job: z.string(),
  /** Of the clip, null for anything else. */
  media_id: z.string().nullable(),
  /** Of the clip's way, as its maker sees it; the queue where a job tells none. */
  stage: z.string(),
  /** 0 to 100; null where the job tells none. */
  percent: z.int().min(0).max(100).nullable(),
  /** Seconds of media encoded per second; null while nothing is encoded. */
  speed: z.number().nullable(),
  /** When this run began, as ISO 8601. */
  since: z.string(),
});
export type RunningJob = z.output<typeof runningJob>;

export interface WorkerFacts {
  readonly workerId: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Clips that it encodes at a time. */
  readonly concurrency: number;
  readonly cores: number;
  readonly startedAt: Date;
}

export interface WorkerState {
  /** Takes no more jobs. */
  readonly draining: boolean;
  readonly running: readonly RunningJob[];
}

export interface FleetWorker extends WorkerFacts, WorkerState {
  readonly seenAt: Date;
  /** Since it was last heard of, by the database's clock. */
  readonly silentSeconds: number;
}

/** A worker that is well tells of itself thrice in this time. */
export const LIVE_SECONDS = 30;
/** After this silence its row is removed. */
export const LOST_SECONDS = 60;

export const isLive = ({ silentSeconds }: Pick<FleetWorker, 'silentSeconds'>): boolean =>
  silentSeconds < LIVE_SECONDS;

/** Encodes that can run at a time: what workers that come or go do not count for. */
export const countSlots = (
  workers: readonly Pick<FleetWorker, 'silentSeconds' | 'draining' | 'concurrency'>[],
): number =>
  workers
    .filter((worker) => isLive(worker) && !worker.draining)
    .reduce((slots, { concurrency }) => slots + concurrency, 0);
