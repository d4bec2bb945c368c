import type { Knex } from 'knex';

import { createUser } from '../users/create-user.js';
import { findUserByEmail } from '../users/find-user.js';
import { promoteToAdmin } from '../users/promote-to-admin.js';
import { hashPassword } from './password.js';
import { endSessionsOf } from './queries.js';

/**
 * Makes the account of this address an admin, and opens it where there is none. With a new password every session of
 * it ends; null keeps the one it has, which a new account must be given.
 */
export async function makeAdmin(
  db: Knex,
  given: { readonly email: string; readonly password: string | null },
): Promise<'made' | 'promoted'> {
  const passwordHash = given.password === null ? null : await hashPassword(given.password);
  return db.transaction(async (trx) => {
    const present = await findUserByEmail(trx, given.email.toLowerCase());
    const user = present ?? (await openAccount(trx, given.email, passwordHash));
    await promoteToAdmin(trx, user, passwordHash);
    if (present && passwordHash) await endSessionsOf(trx, user.userId, 'replaced');
    return present ? 'promoted' : 'made';
  });
}

/** Opened as a viewer and promoted as any other, so that the audit has one way to tell it. */
async function openAccount(trx: Knex.Transaction, email: string, passwordHash: string | null) {
  if (!passwordHash) throw new Error(`${email} has no account yet, so it needs a password`);
  const user = await createUser(trx, {
    ...{ email, passwordHash, userType: 'viewer', bio: null },
    displayName: 'Admin',
  });
  if (!user) throw new Error(`${email} was registered just now; try again`);
  return user;
}
