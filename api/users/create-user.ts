import type { Knex } from 'knex';

import { newId } from '../../pipeline/platform/ids.js';
import type { UserType } from '../http/authenticate.js';
import { insertUser } from './queries.js';

export interface NewUser {
  readonly email: string;
  /** Null where its user signs in elsewhere. */
  readonly passwordHash: string | null;
  readonly emailVerified?: boolean;
  readonly userType: UserType;
  readonly displayName: string;
  readonly bio: string | null;
}

export type User = Omit<NewUser, 'passwordHash' | 'emailVerified'> & { readonly userId: string };

/** Null where the e-mail address is taken, in whatever case it is written. */
export async function createUser(trx: Knex.Transaction, user: NewUser): Promise<User | null> {
  const {
    passwordHash: _,
    emailVerified: __,
    ...facts
  } = { ...user, email: user.email.toLowerCase() };
  const userId = newId();
  const inserted = await insertUser(trx, { ...user, ...facts, userId });
  return inserted ? { ...facts, userId } : null;
}
