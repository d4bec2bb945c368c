// What changes of an account, as verbs for the other features.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { insertAudit, updateProfile, updateUser } from './queries.js';

/** A password set by a code that came by mail proves the address as well. */
export async function setPassword(
  trx: Knex.Transaction,
  userId: string,
  { passwordHash, emailVerified }: { passwordHash: string; emailVerified?: true },
): Promise<void> {
  await updateUser(trx, userId, {
    password_hash: passwordHash,
    ...(emailVerified && { email_verified: true }),
  });
  await audit(trx, userId, 'user.password_changed', {}, {});
}

/** False where the account has another address by now. */
export const confirmEmail = (db: Knex, userId: string, email: string): Promise<boolean> =>
  updateUser(db, userId, { email_verified: true }, { email });

export const setPhone = (db: Knex, userId: string, phone: string): Promise<boolean> =>
  updateUser(db, userId, { phone, phone_verified: true });

/** Fails with a unique violation where it is taken. */
export async function setEmail(
  trx: Knex.Transaction,
  userId: string,
  { before, after }: { before: string; after: string },
): Promise<boolean> {
  const changed = await updateUser(
    trx,
    userId,
    { email: after, email_verified: true },
    { email: before },
  );
  if (changed) await audit(trx, userId, 'user.email_changed', {}, {});
  return changed;
}

export interface ProfileChange {
  readonly display_name?: string | undefined;
  readonly bio?: string | null | undefined;
  readonly location?: string | null | undefined;
  readonly website?: string | null | undefined;
  readonly instagram_handle?: string | null | undefined;
}

export const changeProfile = (db: Knex, userId: string, change: ProfileChange): Promise<void> =>
  updateProfile(db, userId, { ...change });

/** Soft: the row stays, and with it what money and bids point at. Its data is erased by a rule of its own. */
export async function markDeleted(trx: Knex.Transaction, userId: string): Promise<boolean> {
  const deleted = await updateUser(
    trx,
    userId,
    { status: 'deleted', deleted_at: trx.fn.now() },
    { status: 'active' },
  );
  if (deleted)
    await audit(trx, userId, 'user.deleted', { status: 'active' }, { status: 'deleted' });
  return deleted;
}

const audit = (
  trx: Knex.Transaction,
  userId: string,
  action: string,
  before: object,
  after: object,
) =>
  insertAudit(trx, {
    ...{ action, before, after, origin: 'account' },
    actorId: userId,
    subject: toPublicId('user', userId),
  });
