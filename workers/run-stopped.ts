// Why a run ended before its work did, where nothing was wrong with the media or with us.

import { outageDelayMs } from '../pipeline/outage.js';

/** The clip has moved on: a newer run, attempt, end or deletion. Nothing may be written any more. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';
}

/** What this run held was given to another while it ran. */
export class LeaseLostError extends SupersededError {}

/** The clip's maker wants it stopped. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** The job goes back to the queue without costing a try: the worker stops, or something that it waits for is down. */
export class HandBackError extends Error {
  override readonly name = 'HandBackError';
  readonly delayMs: number;
  constructor(message: string, delayMs: number, options?: ErrorOptions) {
    super(message, options);
    this.delayMs = delayMs;
  }
}

/**
 * The error as it is, or what gives the job back where it tells of an outage.
 * @param starts how often the job was started, this time included
 */
export function waitOut(error: unknown, starts: number): unknown {
  const delayMs = outageDelayMs(error, starts);
  return delayMs === null
    ? error
    : new HandBackError('something that it needs is away', delayMs, { cause: error });
}
