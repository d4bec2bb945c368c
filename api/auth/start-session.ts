import { randomUUID } from 'node:crypto';

import type { Knex } from 'knex';

import { newId } from '../../pipeline/platform/ids.js';
import type { Context } from '../context.js';
import type { Client } from '../http/client.js';
import { toLimitKey } from '../http/rate-limit.js';
import { signToken } from '../http/signed-token.js';
import { insertRefreshToken, insertSession } from './queries.js';
import { createRefreshToken, hashRefreshToken } from './refresh-token.js';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Opens a family of tokens for this user on this client. */
export async function startSession(
  context: Pick<Context, 'config' | 'keys' | 'clock'>,
  db: Knex,
  userId: string,
  client: Client,
): Promise<Tokens> {
  const { refreshSeconds } = context.config.auth;
  const sessionId = newId();
  const refreshToken = createRefreshToken();
  const expiresAt = new Date(Date.now() + refreshSeconds * 1000);
  await insertSession(db, {
    sessionId,
    userId,
    purpose: 'api',
    device: client.device,
    addressHash: toLimitKey(client.address),
    program: client.program,
    addressBlock: client.area,
    confirmed: true,
    expiresAt,
  });
  await insertRefreshToken(db, {
    tokenId: randomUUID(),
    sessionId,
    userId,
    tokenHash: hashRefreshToken(refreshToken),
    expiresAt,
  });
  return { accessToken: signAccessToken(context, { userId, sessionId }), refreshToken };
}

export const signAccessToken = (
  context: Pick<Context, 'config' | 'keys' | 'clock'>,
  claims: { readonly userId: string; readonly sessionId: string },
): string => signToken(context, 'access', claims, context.config.auth.accessSeconds);
