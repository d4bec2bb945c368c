// What a worker waits out: something that it depends on is away, or full, and nothing is wrong with the clip.

import { MediaError } from './media-error.js';

/** Starts of one job after which an outage counts as any other fault: about half an hour of waiting. */
const MOST_STARTS = 32;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * How long to leave a job alone before it starts again without having lost a try; null where it is not an outage, or
 * where it has lasted too long to be one.
 * @param starts how often the job was started, this time included
 * @param chance 0 to 1: spreads the jobs that one outage met
 */
export function outageDelayMs(
  error: unknown,
  starts: number,
  chance = Math.random(),
): number | null {
  if (starts >= MOST_STARTS || !isOutage(error)) return null;
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (starts - 1));
  return Math.round(delay * (0.75 + chance / 2));
}

/** Whether a dependency is away or out of room, going by the error or what caused it. A refused file is none. */
export function isOutage(error: unknown): boolean {
  if (error instanceof MediaError) return false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, $metadata } = cause as {
      code?: unknown;
      $metadata?: { httpStatusCode?: number };
    };
    if (typeof code === 'string' && (SYSTEM.test(code) || POSTGRES.test(code))) return true;
    if (($metadata?.httpStatusCode ?? 0) >= 500 || BUSY_OR_FULL.test(cause.name)) return true;
    if (WORDS.test(cause.message)) return true;
  }
  return false;
}

/** Whether it is this machine that has no room, or no descriptors, left: others may have. */
export function isOutOfRoom(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && FULL.test(code)) return true;
    if (NO_SPACE.test(cause.message)) return true;
  }
  return false;
}

const FULL = /^(ENOSPC|EDQUOT|EMFILE|ENFILE)$/;
const NO_SPACE = /: no space left on device$/im;
// No room or no descriptors left; nobody there, or gone in mid-sentence.
const SYSTEM =
  /^(ENOSPC|EDQUOT|EMFILE|ENFILE|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
// Connection exceptions, insufficient resources, and a server that stops or starts (PostgreSQL appendix A).
const POSTGRES = /^(08\w{3}|53\w{3}|57P0[1-3])$/;
const BUSY_OR_FULL =
  /^(SlowDown|ServiceUnavailable|ThrottlingException|KnexTimeoutError|StorageFull)$/;
// pg and ffmpeg have no code for these.
const WORDS =
  /^Connection terminated|^timeout exceeded when trying to connect|: no space left on device$/im;
