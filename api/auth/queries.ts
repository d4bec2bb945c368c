// All SQL on sessions and refresh_tokens.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';
import type { UserType } from '../http/authenticate.js';

export interface NewSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly purpose: 'api' | 'ops';
  readonly device: string;
  readonly addressHash: string;
  /** For the eyes of its user: what it runs on and roughly where. */
  readonly program?: string;
  readonly addressBlock?: string;
  /** Its user has just proven who they are. */
  readonly confirmed?: boolean;
  readonly expiresAt: Date;
}

export interface LockedSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly device: string;
  readonly alive: boolean;
}

export interface RefreshToken {
  readonly tokenId: string;
  readonly expired: boolean;
  /** Null while it has not been used. */
  readonly secondsSinceUse: number | null;
  readonly replacedBy: string | null;
}

export type EndReason =
  | 'logout'
  | 'reuse'
  | 'other_device'
  | 'replaced'
  | 'revoked'
  | 'password'
  | 'deleted';

export async function insertSession(db: Knex, session: NewSession): Promise<void> {
  await db('sessions').insert({
    session_id: session.sessionId,
    user_id: session.userId,
    purpose: session.purpose,
    device: session.device,
    address_hash: session.addressHash,
    program: session.program ?? null,
    address_block: session.addressBlock ?? null,
    confirmed_at: session.confirmed ? db.raw('clock_timestamp()') : null,
    expires_at: session.expiresAt,
  });
}

export async function findLiveSession(
  db: Knex,
  sessionId: string,
): Promise<{ userId: string; userType: UserType } | null> {
  const row = await db('sessions as s')
    .join('users as u', 'u.user_id', 's.user_id')
    .where('s.session_id', sessionId)
    .whereNull('s.ended_at')
    .whereRaw('s.expires_at > now()')
    .where('u.status', 'active')
    .options(keepPlan('find live session'))
    .first('u.user_id', 'u.user_type');
  return row ? { userId: row.user_id, userType: row.user_type } : null;
}

/** The session that a refresh token belongs to, whatever the state of both. */
export async function findFamily(db: Knex, tokenHash: Buffer): Promise<string | null> {
  const row = await db('refresh_tokens').where({ token_hash: tokenHash }).first('family_id');
  return row?.family_id ?? null;
}

export async function lockSession(
  trx: Knex.Transaction,
  sessionId: string,
): Promise<LockedSession | null> {
  const { rows } = await trx.raw(
    `select s.user_id, s.device, s.ended_at is null and u.status = 'active' as alive
     from sessions s join users u using (user_id)
     where s.session_id = ? and s.purpose = 'api' for no key update of s`,
    [sessionId],
  );
  const [row] = rows;
  return row ? { sessionId, userId: row.user_id, device: row.device, alive: row.alive } : null;
}

/** Read after the session is locked: a row joined to a locked one is the one from before the wait. */
export async function findRefreshToken(
  trx: Knex.Transaction,
  tokenHash: Buffer,
): Promise<RefreshToken | null> {
  const row = await trx('refresh_tokens')
    .where({ token_hash: tokenHash })
    .first(
      'token_id',
      'replaced_by',
      trx.raw('expires_at <= clock_timestamp() as expired'),
      trx.raw('extract(epoch from clock_timestamp() - used_at)::float8 as seconds_since_use'),
    );
  return row
    ? {
        tokenId: row.token_id,
        expired: row.expired,
        secondsSinceUse: row.seconds_since_use,
        replacedBy: row.replaced_by,
      }
    : null;
}

export async function isTokenUnused(trx: Knex.Transaction, tokenId: string): Promise<boolean> {
  const row = await trx('refresh_tokens').where({ token_id: tokenId }).first('used_at');
  return row !== undefined && row.used_at === null;
}

export async function insertRefreshToken(
  db: Knex,
  token: {
    readonly tokenId: string;
    readonly sessionId: string;
    readonly userId: string;
    readonly tokenHash: Buffer;
    readonly expiresAt: Date;
  },
): Promise<void> {
  await db('refresh_tokens').insert({
    token_id: token.tokenId,
    family_id: token.sessionId,
    user_id: token.userId,
    token_hash: token.tokenHash,
    expires_at: token.expiresAt,
  });
  await db('sessions')
    .where({ session_id: token.sessionId })
    .update({ expires_at: token.expiresAt, last_seen_at: db.raw('clock_timestamp()') });
}

export async function markUsed(
  trx: Knex.Transaction,
  tokenId: string,
  replacedBy: string,
): Promise<void> {
  await trx('refresh_tokens')
    .where({ token_id: tokenId })
    .update({ used_at: trx.raw('clock_timestamp()'), replaced_by: replacedBy });
}

/** Does nothing to one that has ended already. */
export async function endSession(db: Knex, sessionId: string, reason: EndReason): Promise<void> {
  await db('sessions')
    .where({ session_id: sessionId })
    .whereNull('ended_at')
    .update({ ended_at: db.raw('clock_timestamp()'), end_reason: reason });
}

/** All of this user's, but for one that may be kept. */
export async function endSessionsOf(
  db: Knex,
  userId: string,
  reason: EndReason,
  kept?: string,
): Promise<void> {
  const sessions = db('sessions').where({ user_id: userId }).whereNull('ended_at');
  if (kept) sessions.whereNot({ session_id: kept });
  await sessions.update({ ended_at: db.raw('clock_timestamp()'), end_reason: reason });
}

/** Whether this account has been signed in to from this address block within 90 days. */
export async function isKnownAddress(
  db: Knex,
  userId: string,
  addressHash: string,
): Promise<boolean> {
  const row = await db('sessions')
    .where({ user_id: userId, address_hash: addressHash })
    .whereRaw(`created_at > now() - interval '90 days'`)
    .first('session_id');
  return row !== undefined;
}

/** An expired token is refused just as one that was never there. */
export const deleteExpiredTokens = (db: Knex): Promise<number> =>
  db('refresh_tokens').whereRaw('expires_at < now()').delete();

export const deleteOldSessions = (db: Knex): Promise<number> =>
  db('sessions').whereRaw(`expires_at < now() - interval '90 days'`).delete();
