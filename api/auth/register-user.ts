import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import type { Client } from '../http/client.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import { createUser, type NewUser, type User } from '../users/create-user.js';
import { hashPassword } from './password.js';
import { postCode } from './send-code.js';
import { startSession, type Tokens } from './start-session.js';
import { warnOwner } from './warn-owner.js';

/**
 * An address block that has met five taken addresses registers nobody for the hour: else the limit itself would tell.
 * @throws ApiError EMAIL_TAKEN or RATE_LIMITED
 */
export async function registerUser(
  context: Pick<Context, 'config' | 'keys' | 'clock' | 'db' | 'limits' | 'passwords'>,
  given: Omit<NewUser, 'passwordHash'> & { readonly password: string },
  client: Client,
): Promise<{ user: User; tokens: Tokens }> {
  const address = toLimitKey(client.address);
  refuseExceeded('registerTaken', await context.limits.look('registerTaken', address));
  const { password, ...facts } = given;
  const passwordHash = await context.passwords.withPlace(() => hashPassword(password));
  const made = await context.db.transaction(async (trx) => {
    const user = await createUser(trx, { ...facts, passwordHash });
    if (!user) return null;
    await postCode(context, trx, { userId: user.userId, purpose: 'email', target: user.email });
    return { user, tokens: await startSession(context, trx, user.userId, client) };
  });
  if (made) return made;
  await context.limits.spend('registerTaken', address);
  await warnOwner(context, given.email);
  throw new ApiError(409, 'EMAIL_TAKEN', 'There is an account with this e-mail address already.', {
    details: [{ field: 'email', message: 'is taken' }],
  });
}
