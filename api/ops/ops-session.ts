// The operators' cookie: a signed token of its own kind, good for /ops only, whose session can be ended.

import type { Request, Response } from 'express';

import { endOpsSession, startOpsSession } from '../auth/ops-session.js';
import type { Context } from '../context.js';
import { forbidden, unauthenticated } from '../errors.js';
import { authenticate, type Caller } from '../http/authenticate.js';
import { clientOf } from '../http/client.js';
import { signToken, verifyToken } from '../http/signed-token.js';
import { readCookie } from './cookies.js';

const COOKIE = 'vw_ops';
const SECONDS = 8 * 3600;

type Parts = Pick<Context, 'config' | 'keys' | 'clock' | 'db' | 'sessions'>;

export async function openOpsSession(
  context: Parts,
  userId: string,
  request: Request,
  response: Response,
): Promise<void> {
  const sessionId = await startOpsSession(context.db, userId, clientOf(request), SECONDS);
  const token = signToken(context, 'ops', { userId, sessionId }, SECONDS);
  response.cookie(COOKIE, token, { ...cookieOptions(request), maxAge: SECONDS * 1000 });
}

/** @throws ApiError UNAUTHENTICATED or INVALID_TOKEN without a live session, FORBIDDEN for anybody but an admin */
export async function requireAdmin(context: Parts, request: Request): Promise<Caller> {
  const bearer = await authenticate(context, request);
  if (bearer && bearer.userType !== 'admin') throw forbidden();
  const token = readCookie(request, COOKIE);
  if (!token) throw unauthenticated();
  const claims = verifyToken(context, 'ops', token);
  const session = await context.sessions.find(claims.sessionId);
  if (session?.userId !== claims.userId) throw unauthenticated();
  if (session.userType !== 'admin') throw forbidden();
  return { ...session, sessionId: claims.sessionId };
}

export async function closeOpsSession(
  context: Parts,
  request: Request,
  response: Response,
): Promise<void> {
  response.clearCookie(COOKIE, cookieOptions(request));
  const caller = await requireAdmin(context, request).catch(() => null);
  if (!caller) return;
  await endOpsSession(context.db, caller.sessionId);
  context.sessions.forget(caller.sessionId);
}

const cookieOptions = (request: Request) => ({
  httpOnly: true,
  sameSite: 'strict' as const,
  path: '/ops',
  secure: request.secure,
});
