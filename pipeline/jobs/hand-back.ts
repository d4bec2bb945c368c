import { DelayedError, type Job, WaitingError } from 'bullmq';

/**
 * Gives a running job back to its queue: neither a success nor a try, which BullMQ knows by the error.
 * @param delayMs how long nobody shall take it
 */
export async function handBack(job: Job, token: string, delayMs = 0): Promise<never> {
  if (delayMs > 0) {
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }
  await job.moveToWait(token);
  throw new WaitingError();
}
