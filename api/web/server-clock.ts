// The server's time as far as this machine can know it, whatever its own clock says.

export interface ServerClock {
  /**
   * @param time what the server said, RFC 3339
   * @param askedAt when it was asked, by `elapsed`, where it was asked: it cannot have said it before that
   */
  hear(time: string, askedAt?: number): void;
  /** Milliseconds of the epoch; null until the server has told its time. */
  now(): number | null;
}

/**
 * Each time that is heard was true at some moment between the asking and now. So the server's clock is never behind
 * what was heard, and not ahead of that by more than the answer took.
 * @param elapsed milliseconds by a clock that nobody sets
 */
export function openServerClock(elapsed = () => performance.now()): ServerClock {
  let ahead: number | null = null;
  return {
    hear(time, askedAt) {
      const heard = Date.parse(time);
      const least = heard - elapsed();
      ahead = Math.max(ahead ?? least, least);
      if (askedAt !== undefined) ahead = Math.min(ahead, heard - askedAt);
    },
    now: () => (ahead === null ? null : elapsed() + ahead),
  };
}
