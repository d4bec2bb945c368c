// A forgotten password: a code to the address, then a new password for the code. Neither step tells who has an account.

import type { Context } from '../context.js';
import type { Client } from '../http/client.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { postMessage } from '../outbox/post-message.js';
import { setPassword } from '../users/change-user.js';
import { findUserByEmail } from '../users/find-user.js';
import { invalidCode, spendCode } from './codes.js';
import { hashPassword } from './password.js';
import { endSessionsOf } from './queries.js';
import { limitCodes } from './send-code.js';

/** @throws ApiError RATE_LIMITED, whether there is an account or not */
export async function requestReset(
  context: Pick<Context, 'db' | 'limits'>,
  email: string,
  client: Client,
): Promise<void> {
  await limitCodes(context, toLimitKey(client.address, email), email);
  await postMessage(context.db, {
    userId: null,
    channel: 'mail',
    kind: 'password_requested',
    recipient: email,
  });
}

/**
 * Ends every session. The code proves the address too. Hashing comes first: it takes what all else does not.
 * @throws ApiError INVALID_CODE or RATE_LIMITED
 */
export async function resetPassword(
  context: Pick<Context, 'db' | 'keys' | 'limits' | 'passwords' | 'sessions'>,
  given: { readonly email: string; readonly code: string; readonly password: string },
  client: Client,
): Promise<void> {
  const pair = toLimitKey('reset', client.address, given.email);
  refuseExceeded('proofs', await context.limits.look('proofs', pair));
  const passwordHash = await context.passwords.withPlace(() => hashPassword(given.password));
  const user = await findUserByEmail(context.db, given.email);
  const userId = user?.userId ?? NOBODY;
  const proven = await spendCode(context, { userId, purpose: 'password', code: given.code });
  if (user?.status !== 'active' || proven !== user.email) {
    await context.limits.spend('proofs', pair);
    throw invalidCode();
  }
  await context.db.transaction(async (trx) => {
    await setPassword(trx, userId, { passwordHash, emailVerified: true });
    await endSessionsOf(trx, userId, 'password');
    await postMessage(trx, {
      ...{ userId, channel: 'mail', kind: 'password_changed', recipient: user.email },
    });
  });
  context.sessions.forgetUser(userId);
}

/** Asked for codes in place of an account that is not there, so that both take the same questions. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
