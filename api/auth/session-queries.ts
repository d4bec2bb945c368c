// SQL on sessions as their user sees and ends them, and on how lately each was confirmed.

import type { Knex } from 'knex';

export interface ListedSession {
  readonly sessionId: string;
  readonly program: string;
  readonly addressBlock: string | null;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
}

export async function listSessions(db: Knex, userId: string): Promise<ListedSession[]> {
  const rows = await db('sessions')
    .where({ user_id: userId })
    .whereNull('ended_at')
    .whereRaw('expires_at > now()')
    .orderBy('last_seen_at', 'desc')
    .limit(200);
  return rows.map((row) => ({
    sessionId: row.session_id,
    program: row.purpose === 'ops' ? 'Operations pages' : (row.program ?? 'A program'),
    addressBlock: row.address_block,
    startedAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }));
}

/** False where it is not this user's, or over. */
export async function endOwnSession(db: Knex, userId: string, sessionId: string): Promise<boolean> {
  const ended = await db('sessions')
    .where({ user_id: userId, session_id: sessionId })
    .whereNull('ended_at')
    .update({ ended_at: db.raw('clock_timestamp()'), end_reason: 'revoked' });
  return ended === 1;
}

export async function confirmSession(db: Knex, sessionId: string): Promise<void> {
  await db('sessions')
    .where({ session_id: sessionId })
    .update({ confirmed_at: db.raw('clock_timestamp()') });
}

export async function isConfirmedWithin(
  db: Knex,
  sessionId: string,
  seconds: number,
): Promise<boolean> {
  const row = await db('sessions')
    .where({ session_id: sessionId })
    .whereRaw(`confirmed_at > now() - ? * interval '1 second'`, [seconds])
    .first('session_id');
  return row !== undefined;
}
