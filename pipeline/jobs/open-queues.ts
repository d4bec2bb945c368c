// BullMQ behind one face, on Redis or on Postgres. A queue carries ids; the rows are the truth.

import type { FlowProducer, Job, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import type { Logger } from 'pino';
import type { z } from 'zod';

import type { Config } from '../platform/config.js';
import { answerInTime } from './answer-in-time.js';
import type { JobContract } from './define-job.js';
import { toFlowJob, toJobOptions } from './job-options.js';
import { isLive } from './job-state.js';
import { openPostgresBackend } from './postgres-queues.js';
import { openRedisBackend } from './redis-queues.js';
import { runWorker } from './run-worker.js';

/** Who opens the queues decides what a lost connection means: an API fails fast, a worker waits. */
export type QueueRole = 'api' | 'background' | 'worker';

export interface AddOptions {
  /** No colon, and not digits only. An id that is still kept is not added again. */
  readonly jobId: string;
  /** 0 is the highest. */
  readonly priority?: number;
  /** Milliseconds. */
  readonly delay?: number;
}

export interface FlowSpec {
  readonly contract: JobContract;
  readonly payload: unknown;
  readonly jobId: string;
  readonly priority?: number;
  readonly children?: readonly FlowSpec[];
}

export type JobRunner = (job: Job, token: string, lockLost: AbortSignal) => Promise<unknown>;

export interface WorkOptions {
  readonly concurrency: number;
  readonly log: Logger;
  /** Called for each job of a vanished worker that this one starts again. */
  readonly onStalled?: () => void;
}

export interface RunningWorker {
  /** Takes no more jobs and waits, without limit, for those that run. */
  close(): Promise<void>;
}

export interface Queues {
  readonly backend: 'redis' | 'postgres';
  queue(name: string): Queue;
  add<P extends z.ZodType>(
    contract: JobContract<P>,
    payload: z.input<P>,
    options: AddOptions,
  ): Promise<void>;
  /** A parent runs after its children; a child that fails for good fails its parent. */
  addFlow(flow: FlowSpec): Promise<void>;
  /** Whether the queue still has something to do for this job. */
  isKnown(contract: Pick<JobContract, 'queue'>, jobId: string): Promise<boolean>;
  /** What the queue says of the job, in BullMQ's words, by the clock of whoever had it last. */
  stateOf(contract: Pick<JobContract, 'queue'>, jobId: string): Promise<string>;
  /** Starts a worker; `lockLost` is aborted when the job was given to somebody else. It waits for a server that is away. */
  work(contract: Pick<JobContract, 'queue'>, run: JobRunner, options: WorkOptions): RunningWorker;
  /** Whether the queue's server answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What a backend brings: the constructors bound to it, and its connection. */
export interface QueueBackend {
  readonly backend: Queues['backend'];
  newQueue(name: string, options: Omit<QueueOptions, 'connection'>): Queue;
  newFlowProducer(): FlowProducer;
  newWorker(
    name: string,
    run: (job: Job, token: string) => Promise<unknown>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker;
  /** Where the clock of this process matters. */
  whenClockIsRight?(): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error where Redis may evict keys, or cannot be reached by an API */
export async function openQueues(
  config: Pick<Config, 'queue' | 'database'>,
  { role, log }: { role: QueueRole; log: Logger },
): Promise<Queues> {
  const backend =
    config.queue.backend === 'redis'
      ? await openRedisBackend(config.queue, role, log)
      : openPostgresBackend(config, role, log);
  return withBackend(backend, { patient: role === 'worker', log });
}

function withBackend(
  backend: QueueBackend,
  { patient, log }: { patient: boolean; log: Logger },
): Queues {
  const queues = new Map<string, Queue>();
  const workers = new Set<RunningWorker>();
  let flows: FlowProducer | null = null;
  const answered = <T>(answer: Promise<T>) => (patient ? answer : answerInTime(answer));

  const onError = (err: Error) => log.warn({ err }, 'queue connection');
  /** BullMQ takes the first failure of a connection for its last word: the next call opens another. */
  const keep = <T extends Queue | FlowProducer>(opened: T, forget: () => void): T => {
    opened.waitUntilReady().catch(() => {
      forget();
      opened.close().catch(() => {});
    });
    return opened;
  };
  const queue = (name: string): Queue => {
    const known = queues.get(name);
    if (known) return known;
    const opened = backend.newQueue(name, {});
    opened.on('error', onError);
    queues.set(name, opened);
    return keep(opened, () => queues.delete(name));
  };
  const flowProducer = (): FlowProducer => {
    if (flows) return flows;
    flows = backend.newFlowProducer();
    flows.on('error', onError);
    return keep(flows, () => {
      flows = null;
    });
  };

  const stateOf: Queues['stateOf'] = (contract, jobId) =>
    answered(queue(contract.queue).getJobState(jobId));

  return {
    backend: backend.backend,
    queue,
    async add(contract, payload, options) {
      const { queue: name } = contract;
      await answered(queue(name).add(name, payload, toJobOptions(contract, options)));
    },
    async addFlow(flow) {
      await answered(flowProducer().add(toFlowJob(flow)));
    },
    async isKnown(contract, jobId) {
      return isLive(await stateOf(contract, jobId));
    },
    stateOf,
    work(contract, run, options) {
      const worker = runWorker(backend, contract.queue, run, options);
      workers.add(worker);
      return worker;
    },
    check: () => answerInTime(backend.check()),
    async close() {
      await Promise.all([...workers].map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((opened) => opened.close()));
      await flows?.close();
      await backend.close();
    },
  };
}
