import { randomUUID } from 'node:crypto';

import type { Knex } from 'knex';

import type { Context } from '../context.js';
import { ApiError, invalidToken } from '../errors.js';
import type { Client } from '../http/client.js';
import { postMessage } from '../outbox/post-message.js';
import { findOwnAccount } from '../users/find-user.js';
import {
  endSession,
  findFamily,
  findRefreshToken,
  insertRefreshToken,
  isTokenUnused,
  type LockedSession,
  lockSession,
  markUsed,
  type RefreshToken,
} from './queries.js';
import { hashRefreshToken, succeedRefreshToken } from './refresh-token.js';
import { signAccessToken, type Tokens } from './start-session.js';

/** A client that asked twice at once, or lost the answer, gets the same successor within this time. */
const GRACE_SECONDS = 10;

type Decision = 'rotate' | 'repeat' | 'invalid' | 'reuse' | 'other_device';

/**
 * Gives the next pair of tokens. A token is good once; using it again, or on another device, ends the whole session.
 * @throws ApiError INVALID_TOKEN or REFRESH_REUSED
 */
export async function refreshSession(
  context: Pick<Context, 'config' | 'keys' | 'clock' | 'db' | 'sessions' | 'log'>,
  token: string,
  client: Client,
): Promise<Tokens> {
  const tokenHash = hashRefreshToken(token);
  const sessionId = await findFamily(context.db, tokenHash);
  if (!sessionId) throw invalidToken();
  const outcome = await context.db.transaction(async (trx) => {
    const session = await lockSession(trx, sessionId);
    const known = session && (await findRefreshToken(trx, tokenHash));
    if (!session || !known) return { decision: 'invalid' as const, userId: '' };
    const decision = await decide(trx, session, known, client);
    if (decision === 'reuse' || decision === 'other_device') {
      await endSession(trx, sessionId, decision);
    }
    if (decision === 'repeat') {
      return { decision, session, next: succeedRefreshToken(token, known.replacedBy ?? '') };
    }
    if (decision !== 'rotate') return { decision, userId: session.userId };
    return { decision, session, next: await rotate(context, trx, session, known, token) };
  });
  if (outcome.decision === 'reuse' || outcome.decision === 'other_device') {
    context.sessions.forget(sessionId);
    context.log.warn(
      { session_id: sessionId, reason: outcome.decision },
      'a refresh token came again: its session is ended',
    );
  }
  if (outcome.decision === 'reuse') {
    await tellUser(context.db, outcome.userId);
    throw refreshReused();
  }
  if (!outcome.next) throw invalidToken();
  const { userId } = outcome.session;
  return {
    accessToken: signAccessToken(context, { userId, sessionId }),
    refreshToken: outcome.next,
  };
}

async function decide(
  trx: Knex.Transaction,
  session: LockedSession,
  token: RefreshToken,
  client: Client,
): Promise<Decision> {
  if (!session.alive || token.expired) return 'invalid';
  if (session.device !== client.device) return 'other_device';
  if (token.secondsSinceUse === null || !token.replacedBy) return 'rotate';
  const late = token.secondsSinceUse > GRACE_SECONDS;
  return !late && (await isTokenUnused(trx, token.replacedBy)) ? 'repeat' : 'reuse';
}

async function rotate(
  { config }: Pick<Context, 'config'>,
  trx: Knex.Transaction,
  session: LockedSession,
  token: RefreshToken,
  text: string,
): Promise<string> {
  const tokenId = randomUUID();
  const next = succeedRefreshToken(text, tokenId);
  await insertRefreshToken(trx, {
    tokenId,
    sessionId: session.sessionId,
    userId: session.userId,
    tokenHash: hashRefreshToken(next),
    expiresAt: new Date(Date.now() + config.auth.refreshSeconds * 1000),
  });
  await markUsed(trx, token.tokenId, tokenId);
  return next;
}

async function tellUser(db: Knex, userId: string): Promise<void> {
  const user = await findOwnAccount(db, userId);
  if (!user) return;
  await postMessage(db, { userId, channel: 'mail', kind: 'session_reused', recipient: user.email });
}

const refreshReused = () =>
  new ApiError(
    401,
    'REFRESH_REUSED',
    'This token was used before. The session is ended; sign in again.',
    { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
  );
