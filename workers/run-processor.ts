// Binds a contract to the function that does the work, and tells BullMQ how a run ended.

import { setTimeout as sleep } from 'node:timers/promises';

import { type Job, UnrecoverableError } from 'bullmq';
import type { z } from 'zod';

import type { JobContract } from '../pipeline/jobs/define-job.js';
import { handBack } from '../pipeline/jobs/hand-back.js';
import { MediaError } from '../pipeline/media-error.js';
import { ownFault } from '../pipeline/media-fault.js';
import { isOutOfRoom } from '../pipeline/outage.js';
import type { WorkerContext } from './context.js';
import type { RosterEntry } from './roster.js';
import { PoisonError } from './run-stage.js';
import {
  CancelledError,
  HandBackError,
  LeaseLostError,
  SupersededError,
  waitOut,
} from './run-stopped.js';
import type { Outcome } from './worker-metrics.js';

export interface Run {
  readonly job: Job;
  /** How often the job was started, this time included. */
  readonly starts: number;
  /** Whether a fault of ours now is the last: the queue will not try again. */
  readonly lastTry: boolean;
  /** Aborted when the queue gave the job to somebody else. */
  readonly lockLost: AbortSignal;
  /** Tells the fleet how far the run is. */
  readonly report: RosterEntry['report'];
}

export interface Processor {
  readonly contract: JobContract;
  readonly process: (
    context: WorkerContext,
    job: Job,
    token: string,
    lockLost: AbortSignal,
  ) => Promise<unknown>;
}

/** How long a job of a newer version waits for a worker that knows it. */
const NEWER_VERSION_DELAY_MS = 30_000;

export function processor<P extends z.ZodType, R extends z.ZodType>(
  contract: JobContract<P, R>,
  work: (context: WorkerContext, payload: z.output<P>, run: Run) => Promise<z.input<R>>,
): Processor {
  return {
    contract: contract as unknown as JobContract,
    async process(context, job, token, lockLost) {
      if (isNewer(job.data, contract.version)) {
        return handBack(job, token, NEWER_VERSION_DELAY_MS);
      }
      const payload = contract.payload.safeParse(job.data);
      if (!payload.success) throw new UnrecoverableError(`Bad payload: ${payload.error.message}`);
      const lastTry = job.attemptsMade + 1 >= contract.attempts;
      const starts = job.attemptsStarted;
      const log = context.log.child({ queue: contract.queue, jobId: job.id });
      const began = Date.now();
      const { queue } = contract;
      const entry = context.roster.begin({ queue, ...toRunning(job) });
      const count = (outcome: Outcome, error?: unknown) => {
        const seconds = (Date.now() - began) / 1000;
        context.metrics.countJob({ queue, outcome, seconds, code: codeOf(error) });
        const lost = lockLost.aborted || error instanceof LeaseLostError;
        if (outcome !== 'done' && lost) context.metrics.countLost(queue);
      };
      try {
        const { report } = entry;
        const result = await work(context, payload.data, {
          ...{ job, starts, lastTry, lockLost, report },
        });
        count('done');
        log.info({ ms: Date.now() - began }, 'job done');
        return contract.result.parse(result);
      } catch (caught) {
        const error = waitOut(caught, starts);
        count(outcomeOf(error, lastTry), error);
        if (error instanceof HandBackError) {
          const { message: reason, delayMs, cause } = error;
          if (cause) log.warn({ reason, delayMs, err: cause }, 'job waits');
          else log.info({ reason, delayMs }, 'job handed back');
          if (isOutOfRoom(cause)) await rest(context);
          return handBack(job, token, error.delayMs);
        }
        if (isFinal(error)) {
          log.info({ reason: String(error) }, 'job ended');
          throw new UnrecoverableError(String(error));
        }
        log.warn({ err: error, ms: Date.now() - began, lastTry }, 'job failed');
        throw error;
      } finally {
        entry.end();
      }
    },
  };
}

/** Else a worker whose disk is full takes, and puts off, within a second all that others could do. */
const rest = ({ draining: signal }: Pick<WorkerContext, 'draining'>) =>
  sleep(REST_MS, undefined, { signal }).catch(() => {});

const REST_MS = 3_000;

function toRunning(job: Job): { job: string; media_id: string | null } {
  const mediaId = (job.data as { media_id?: unknown } | null)?.media_id;
  return { job: job.id ?? '', media_id: typeof mediaId === 'string' ? mediaId : null };
}

function outcomeOf(error: unknown, lastTry: boolean): Outcome {
  if (error instanceof HandBackError) return 'handed_back';
  if (error instanceof MediaError) return 'refused';
  if (error instanceof CancelledError) return 'cancelled';
  if (error instanceof SupersededError) return 'superseded';
  return lastTry || error instanceof PoisonError ? 'failed' : 'retried';
}

const codeOf = (error: unknown): string =>
  error instanceof MediaError ? error.code : ownFault(error).code;

const isNewer = (data: unknown, version: number) =>
  Number((data as { version?: unknown } | null)?.version) > version;

const isFinal = (error: unknown) =>
  error instanceof MediaError ||
  error instanceof CancelledError ||
  error instanceof SupersededError ||
  error instanceof PoisonError;
