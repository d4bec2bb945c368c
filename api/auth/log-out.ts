import type { IncomingMessage } from 'node:http';

import type { Context } from '../context.js';
import { ApiError, unauthenticated } from '../errors.js';
import { authenticate } from '../http/authenticate.js';
import { endSession, findFamily } from './queries.js';
import { hashRefreshToken } from './refresh-token.js';

/**
 * Ends the session of the bearer token and of the refresh token; its access tokens die within seconds. One that has
 * ended already is fine, and with a refresh token an outdated bearer token is too.
 * @throws ApiError UNAUTHENTICATED or INVALID_TOKEN where neither names a session
 */
export async function logOut(
  context: Pick<Context, 'config' | 'keys' | 'clock' | 'db' | 'sessions'>,
  request: Pick<IncomingMessage, 'headers'>,
  refreshToken: string | null,
): Promise<void> {
  const caller = await authenticate(context, request).catch((refusal: unknown) => {
    if (refreshToken && refusal instanceof ApiError) return null;
    throw refusal;
  });
  if (!caller && !refreshToken) throw unauthenticated();
  const family = refreshToken && (await findFamily(context.db, hashRefreshToken(refreshToken)));
  for (const sessionId of [caller?.sessionId, family]) {
    if (!sessionId) continue;
    await endSession(context.db, sessionId, 'logout');
    context.sessions.forget(sessionId);
  }
}
