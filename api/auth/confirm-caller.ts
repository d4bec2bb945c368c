// Step-up: the caller proves again who they are, for acts that ask for it within the next 10 minutes.

import type { Context } from '../context.js';
import { ApiError, notFound, validationError } from '../errors.js';
import type { Caller } from '../http/authenticate.js';
import type { Client } from '../http/client.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { findOwnAccount, findUserByEmail, type UserWithPassword } from '../users/find-user.js';
import { checkSecondFactor } from './challenge.js';
import { invalidCode, spendCode } from './codes.js';
import { isPassword } from './password.js';
import { hasSecondFactor } from './second-factor.js';
import { confirmSession } from './session-queries.js';

type Parts = Pick<Context, 'db' | 'keys' | 'clock' | 'limits' | 'passwords'>;

/**
 * With a second factor only that counts; else the password; for an account without one, a code by mail.
 * @throws ApiError INVALID_SECOND_FACTOR, WRONG_PASSWORD, INVALID_CODE, VALIDATION_ERROR or RATE_LIMITED
 */
export async function confirmCaller(
  context: Parts,
  caller: Caller,
  given: { readonly password?: string | undefined; readonly code?: string | undefined },
  client: Client,
): Promise<void> {
  const user = await findCaller(context, caller);
  if (await hasSecondFactor(context, caller.userId)) {
    if (!given.code) throw missing('code', 'give a code of your authenticator or a recovery code');
    await checkSecondFactor(context, caller.userId, given.code, client, 403);
  } else if (user.passwordHash) {
    if (!given.password) throw missing('password', 'give your password');
    await checkOwnPassword(context, user, given.password, client);
  } else {
    if (!given.code) throw missing('code', 'give the code that POST /auth/confirm/code mails');
    const of = { userId: caller.userId, purpose: 'confirm', code: given.code } as const;
    if ((await spendCode(context, of)) !== user.email) throw invalidCode();
  }
  await confirmSession(context.db, caller.sessionId);
}

export async function findCaller(
  { db }: Pick<Context, 'db'>,
  { userId }: Caller,
): Promise<UserWithPassword> {
  const own = await findOwnAccount(db, userId);
  const user = own && (await findUserByEmail(db, own.email));
  if (!user) throw notFound();
  return user;
}

/** 403, not 401: the token that came with it is fine. @throws ApiError WRONG_PASSWORD or RATE_LIMITED */
export async function checkOwnPassword(
  context: Pick<Context, 'limits' | 'passwords'>,
  user: Pick<UserWithPassword, 'userId' | 'passwordHash'>,
  password: string,
  client: Client,
): Promise<void> {
  const pair = toLimitKey('password', user.userId, client.address);
  await context.passwords.withPlace(async () => {
    refuseExceeded('proofs', await context.limits.look('proofs', pair));
    if (await isPassword(password, user.passwordHash)) return;
    await context.limits.spend('proofs', pair);
    throw new ApiError(403, 'WRONG_PASSWORD', 'The password is wrong.');
  });
}

const missing = (field: string, message: string) => validationError([{ field, message }]);
