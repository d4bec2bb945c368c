// Which sessions are alive, from a cache a few seconds old: an ended one is refused within 5 s in every process.

import type { Knex } from 'knex';

import type { UserType } from '../http/authenticate.js';
import { findLiveSession } from './queries.js';

export interface LiveSession {
  readonly userId: string;
  readonly userType: UserType;
}

export interface Sessions {
  /** Null where it ended or outlasted its time, or its user may not act any more. */
  find(sessionId: string): Promise<LiveSession | null>;
  /** After ending one here: the next `find` asks the database. */
  forget(sessionId: string): void;
}

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
  };
}
