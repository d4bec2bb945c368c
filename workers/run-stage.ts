// Runs one stage of a clip under its lease: watched, timed, and ended in an orderly way whatever happens.

import { MediaError } from '../pipeline/media-error.js';
import { CANCELLED, ownFault, TimedOutError } from '../pipeline/media-fault.js';
import type { MediaFile, Stage } from '../pipeline/media-file.js';
import {
  endLease,
  type Lease,
  type LeasedStage,
  takeLease,
} from '../pipeline/media-lease-queries.js';
import type { WorkerContext } from './context.js';
import { failClip } from './fail-clip.js';
import { openProgress, type PartOf } from './progress.js';
import type { RosterEntry } from './roster.js';
import {
  CancelledError,
  HandBackError,
  LeaseLostError,
  SupersededError,
  waitOut,
} from './run-stopped.js';
import { LEASE_SECONDS, watchLease } from './watch-lease.js';

export interface StageRun {
  readonly file: MediaFile;
  readonly lease: Lease;
  /** Aborted with the reason why the run must stop. */
  readonly signal: AbortSignal;
  /** @param fraction how much of the stage is done, 0 to 1 */
  progress(stage: Stage, fraction?: number): void;
}

export interface StageOrder {
  readonly stage: LeasedStage;
  readonly mediaId: string;
  readonly attempt: number;
  /** Which part of the stage's work it is, where that is split. */
  readonly part?: PartOf | undefined;
  /** How often the job was started, this time included. */
  readonly starts: number;
  /** Whether a fault of ours now is the clip's end. */
  readonly lastTry: boolean;
  /** Aborted when the queue gave the job to somebody else. */
  readonly lockLost: AbortSignal;
  /** Hears how far the run is. */
  readonly report?: RosterEntry['report'];
  deadlineMs(file: MediaFile): number;
}

/** A clip whose runs vanish this often kills its workers, and is given up. */
const MAX_STARTS = 10;

/** @throws SupersededError, CancelledError or HandBackError beside what `work` throws */
export async function runStage<T>(
  context: WorkerContext,
  order: StageOrder,
  work: (run: StageRun) => Promise<T>,
): Promise<T> {
  if (context.draining.aborted) throw new HandBackError('the worker stops', 0);
  const taken = await takeLease(context.db, {
    ...order,
    holder: context.holder,
    ttlSeconds: LEASE_SECONDS,
  });
  if (!taken) throw new SupersededError('the clip has moved on');
  const { lease, file, others } = taken;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, order.lockLost, context.draining]);
  const progress = openProgress(context, lease, file.metadata, order.part);
  const watch = watchLease(context, lease, (reason) => stop.abort(reason));
  const deadline = setTimeout(
    () => stop.abort(new TimedOutError(`${order.stage} ran past its deadline`)),
    order.deadlineMs(file),
  );
  try {
    if (file.cancelRequested) throw new CancelledError('cancelled while nobody had it');
    const vanished = file.starts - others;
    if (vanished > MAX_STARTS) throw new PoisonError(`${vanished} starts, and no end`);
    return await work({
      ...{ file, lease, signal },
      progress(stage, fraction) {
        progress.report(stage, fraction);
        order.report?.({ stage, fraction, mediaSeconds: lengthOf(file, order) });
      },
    });
  } catch (error) {
    const reason = waitOut(
      signal.aborted ? whyStopped(signal, order, context) : error,
      order.starts,
    );
    await progress.close();
    await settle(context, { lease, file, lastTry: order.lastTry }, reason);
    throw reason;
  } finally {
    clearTimeout(deadline);
    await watch.close();
    await progress.close();
    await endLease(context.db, lease).catch((err: unknown) =>
      context.log.warn({ err, ...lease }, 'lease left to expire'),
    );
  }
}

const lengthOf = ({ duration }: MediaFile, { part }: StageOrder): number | null =>
  duration === null ? null : duration / (part?.of ?? 1);

/** Kills its workers: never given to another. */
export class PoisonError extends Error {
  override readonly name = 'PoisonError';
}

function whyStopped(signal: AbortSignal, { lockLost }: StageOrder, { draining }: WorkerContext) {
  if (lockLost.aborted) return new LeaseLostError('the job was lost', { cause: lockLost.reason });
  if (draining.aborted) return new HandBackError('the worker stops', 0);
  return signal.reason;
}

async function settle(
  context: WorkerContext,
  { lease, file, lastTry }: { lease: Lease; file: MediaFile; lastTry: boolean },
  reason: unknown,
): Promise<void> {
  if (reason instanceof SupersededError || reason instanceof HandBackError) return;
  if (reason instanceof CancelledError) {
    return failClip(
      context,
      lease,
      CANCELLED,
      file.originalKey ? {} : { removeSource: file.filePath },
    );
  }
  if (reason instanceof MediaError) {
    return failClip(context, lease, reason, { removeSource: file.filePath });
  }
  if (lastTry || reason instanceof PoisonError) return failClip(context, lease, ownFault(reason));
}
