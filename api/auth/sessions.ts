// Which sessions are alive, from a cache a few seconds old: an ended one is refused within 5 s in every process.

import type { Knex } from 'knex';

import type { UserType } from '../http/authenticate.js';
import { findLiveSession } from './queries.js';
import { isConfirmedWithin } from './session-queries.js';

export interface LiveSession {
  readonly userId: string;
  readonly userType: UserType;
}

export interface Sessions {
  /** Null where it ended or outlasted its time, or its user may not act any more. */
  find(sessionId: string): Promise<LiveSession | null>;
  /** After ending one here: the next `find` asks the database. */
  forget(sessionId: string): void;
  /** After ending all of a user's. */
  forgetUser(userId: string): void;
  /** Whether its user has proven who they are within the last 10 minutes. */
  isConfirmed(sessionId: string): Promise<boolean>;
}

/** How long a proof counts for acts that ask for one. */
const CONFIRMED_SECONDS = 10 * 60;
const KEPT_MS = 2_000;
const MOST_KEPT = 20_000;

export function openSessions(db: Knex): Sessions {
  const known = new Map<string, { until: number; session: Promise<LiveSession | null> }>();
  return {
    find(sessionId) {
      const kept = known.get(sessionId);
      if (kept && kept.until > performance.now()) return kept.session;
      const session = findLiveSession(db, sessionId);
      if (known.size >= MOST_KEPT) known.clear();
      known.set(sessionId, { until: performance.now() + KEPT_MS, session });
      session.catch(() => known.delete(sessionId));
      return session;
    },
    forget: (sessionId) => void known.delete(sessionId),
    // Which are whose is a promise in there: asking the database again for all of them costs less than to wait.
    forgetUser: () => known.clear(),
    isConfirmed: (sessionId) => isConfirmedWithin(db, sessionId, CONFIRMED_SECONDS),
  };
}
