// Contracts in BullMQ's terms.

import type { FlowJob, JobsOptions } from 'bullmq';

import type { JobContract } from './define-job.js';
import type { AddOptions, FlowSpec } from './open-queues.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const STACK_LINES = 5;

/** Kept so that people can look, and swept so that a queue does not grow for ever. */
const KEEP_COMPLETED = { age: DAY, count: 1_000 };
const KEEP_FAILED = { age: 14 * DAY, count: 5_000 };

export const toJobOptions = (
  contract: JobContract,
  { jobId, priority, delay }: AddOptions,
): JobsOptions => ({
  jobId,
  ...(priority !== undefined && { priority }),
  ...(delay !== undefined && { delay }),
  attempts: contract.attempts,
  backoff: { type: 'exponential', delay: contract.backoffMs, jitter: 0.5 },
  removeOnComplete: KEEP_COMPLETED,
  removeOnFail: KEEP_FAILED,
  stackTraceLimit: STACK_LINES,
});

/** By default BullMQ lets a parent wait for ever for a child that failed; here it fails as well. */
export const toFlowJob = (flow: FlowSpec): FlowJob => ({
  name: flow.contract.queue,
  queueName: flow.contract.queue,
  data: flow.payload,
  opts: toJobOptions(flow.contract, flow),
  children:
    flow.children?.map((child) => {
      const { opts, ...job } = toFlowJob(child);
      return { ...job, opts: { ...opts, failParentOnFailure: true } };
    }) ?? [],
});
