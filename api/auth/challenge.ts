// Between the first and the second proof: a token good for that one question, on that device, five tries, five minutes.

import type { Context } from '../context.js';
import { ApiError, invalidToken } from '../errors.js';
import type { Client } from '../http/client.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { findOwnAccount } from '../users/find-user.js';
import { createRefreshToken, hashRefreshToken } from './refresh-token.js';
import { isSecondFactor } from './second-factor.js';
import { insertChallenge, spendChallenge, takeChallenge } from './second-factor-queries.js';
import type { ProvenUser } from './sign-in.js';

const SECONDS = 5 * 60;
const MOST_TRIES = 5;

export async function challenge(
  { db }: Pick<Context, 'db'>,
  userId: string,
  client: Client,
): Promise<string> {
  const token = createRefreshToken();
  const hash = hashRefreshToken(token);
  await insertChallenge(db, { hash, userId, device: client.device }, SECONDS);
  return token;
}

/** @throws ApiError INVALID_TOKEN, INVALID_SECOND_FACTOR or RATE_LIMITED */
export async function answerChallenge(
  context: Pick<Context, 'db' | 'keys' | 'clock' | 'limits'>,
  given: { readonly token: string; readonly code: string },
  client: Client,
): Promise<ProvenUser> {
  const hash = hashRefreshToken(given.token);
  const userId = await spendChallenge(context.db, hash, client.device, MOST_TRIES);
  if (!userId) throw invalidToken();
  await checkSecondFactor(context, userId, given.code, client);
  const user = await findOwnAccount(context.db, userId);
  const answered = await takeChallenge(context.db, hash);
  if (!answered || user?.status !== 'active') throw invalidToken();
  return user;
}

/** Five wrong ones from one address block shut the account out there for a while. @throws ApiError */
export async function checkSecondFactor(
  context: Pick<Context, 'db' | 'keys' | 'clock' | 'limits'>,
  userId: string,
  code: string,
  client: Client,
  /** 403 where a good token came with it: a client that is told 401 would get itself another one. */
  status: 401 | 403 = 401,
): Promise<void> {
  const pair = toLimitKey('second factor', userId, client.address);
  refuseExceeded('proofs', await context.limits.look('proofs', pair));
  if (await isSecondFactor(context, userId, code)) return;
  await context.limits.spend('proofs', pair);
  throw new ApiError(status, 'INVALID_SECOND_FACTOR', 'The code is wrong, or was used before.');
}
