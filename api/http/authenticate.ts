// Who is calling: the bearer token's claims, checked against the session they were given in.

import type { IncomingMessage } from 'node:http';

import type { Context } from '../context.js';
import { ApiError, forbidden, invalidToken, unauthenticated } from '../errors.js';
import { verifyToken } from './signed-token.js';

export type UserType = 'viewer' | 'maker' | 'admin';

/** What a route asks of its caller; an admin may do what a maker may. */
export type Access = 'anyone' | 'user' | 'maker' | 'admin';

export interface Caller {
  readonly userId: string;
  readonly userType: UserType;
  readonly sessionId: string;
}

export type CallerFor<A extends Access> = A extends 'anyone' ? Caller | null : Caller;

type Checks = Pick<Context, 'config' | 'keys' | 'clock' | 'sessions'>;

/**
 * The caller of an access token, or null without one.
 * @throws ApiError INVALID_TOKEN for a token that is wrong, outdated or of an ended session
 */
export async function authenticate(
  context: Checks,
  request: Pick<IncomingMessage, 'headers'>,
): Promise<Caller | null> {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const [, token] = /^Bearer +([A-Za-z0-9_.-]{1,4096})$/i.exec(header) ?? [];
  if (!token) throw invalidToken();
  const claims = verifyToken(context, 'access', token);
  const session = await context.sessions.find(claims.sessionId);
  if (session?.userId !== claims.userId) throw invalidToken();
  return { userId: session.userId, userType: session.userType, sessionId: claims.sessionId };
}

/**
 * The caller, where the access asked for is theirs to have.
 * @throws ApiError UNAUTHENTICATED, INVALID_TOKEN or FORBIDDEN
 */
export async function admit<A extends Access>(
  context: Checks,
  request: Pick<IncomingMessage, 'headers'>,
  access: A,
): Promise<CallerFor<A>> {
  const caller = await authenticate(context, request);
  if (access !== 'anyone') {
    if (!caller) throw unauthenticated();
    if (!TYPES_ADMITTED[access as Exclude<A, 'anyone'>].includes(caller.userType))
      throw forbidden();
  }
  return caller as CallerFor<A>;
}

/** @throws ApiError STEP_UP_REQUIRED */
export async function requireConfirmed(
  { sessions }: Pick<Context, 'sessions'>,
  caller: Caller | null,
): Promise<void> {
  if (caller && (await sessions.isConfirmed(caller.sessionId))) return;
  throw new ApiError(
    403,
    'STEP_UP_REQUIRED',
    'Confirm that it is you (POST /auth/confirm), then try again.',
  );
}

const TYPES_ADMITTED: Record<Exclude<Access, 'anyone'>, readonly UserType[]> = {
  user: ['viewer', 'maker', 'admin'],
  maker: ['maker', 'admin'],
  admin: ['admin'],
};
