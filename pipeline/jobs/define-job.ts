// A job contract: the one place that says what a queue carries, in both directions.

import type { z } from 'zod';

export interface JobContract<
  Payload extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly queue: string;
  /** Of the payload; a worker leaves newer ones to newer workers. */
  readonly version: number;
  readonly payload: Payload;
  readonly result: Result;
  /** How often a fault of ours is tried in all; a bad file is never tried again. */
  readonly attempts: number;
  /** The wait before the second try; it doubles, and half of it is chance. */
  readonly backoffMs: number;
  readonly timeoutMs: number;
}

export const defineJob = <Payload extends z.ZodType, Result extends z.ZodType>(
  contract: JobContract<Payload, Result>,
) => contract;
