// Who signs in with this e-mail address and password. Wrong address, wrong password and no password look alike.

import type { Context } from '../context.js';
import { ApiError, forbidden } from '../errors.js';
import type { Client } from '../http/client.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { findUserByEmail, type UserWithPassword } from '../users/find-user.js';
import { isPassword } from './password.js';
import { isKnownAddress } from './queries.js';

const SHUT_OUT_SECONDS = 15 * 60;
const LONGEST_SHUT_OUT_SECONDS = 24 * 3600;

type Parts = Pick<Context, 'db' | 'limits' | 'passwords'>;

/**
 * Limits are looked at and failures counted while holding one of the two places, so a burst cannot slip past them.
 * @throws ApiError INVALID_CREDENTIALS, RATE_LIMITED, or FORBIDDEN for a suspended account
 */
export async function checkPassword(
  context: Parts,
  given: { readonly email: string; readonly password: string },
  client: Client,
): Promise<UserWithPassword> {
  const address = toLimitKey(client.address);
  const account = toLimitKey(given.email);
  const pair = toLimitKey(client.address, given.email);
  return context.passwords.withPlace(async () => {
    const user = await findUserByEmail(context.db, given.email);
    refuseExceeded('loginFailures', await context.limits.look('loginFailures', address));
    refuseExceeded('loginPair', await context.limits.look('loginPair', pair));
    const everywhere = await context.limits.look('loginAccount', account);
    if (
      everywhere.exceeded &&
      !(user && (await isKnownAddress(context.db, user.userId, address)))
    ) {
      refuseExceeded('loginAccount', everywhere);
    }
    const right = await isPassword(given.password, user?.passwordHash ?? null);
    if (!user || !right || user.status === 'deleted') {
      await countFailure(context, { address, account, pair });
      throw invalidCredentials();
    }
    await context.limits.forget('loginPair', pair);
    if (user.status !== 'active') throw forbidden('This account is suspended.');
    return user;
  });
}

/** The fifth failure of a pair shuts it out for 15 min, each further time that day twice as long. */
async function countFailure(
  { limits }: Parts,
  keys: { address: string; account: string; pair: string },
): Promise<void> {
  await limits.spend('loginFailures', keys.address);
  await limits.spend('loginAccount', keys.account);
  const state = await limits.spend('loginPair', keys.pair);
  if (state.remaining > 0) return;
  const { used: times } = await limits.spend('loginShutOuts', keys.pair);
  const seconds = SHUT_OUT_SECONDS * 2 ** (times - 1);
  await limits.block('loginPair', keys.pair, Math.min(seconds, LONGEST_SHUT_OUT_SECONDS));
}

const invalidCredentials = () =>
  new ApiError(401, 'INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
