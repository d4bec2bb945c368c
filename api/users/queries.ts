// All SQL on users and user_profiles.

import type { Knex } from 'knex';

import type { UserType } from '../http/authenticate.js';

export interface UserRow {
  readonly user_id: string;
  readonly email: string;
  readonly password_hash: string | null;
  readonly user_type: UserType;
  readonly status: 'active' | 'suspended' | 'deleted';
  readonly email_verified: boolean;
  readonly phone: string | null;
  readonly phone_verified: boolean;
  readonly created_at: Date;
  readonly display_name: string | null;
  readonly bio: string | null;
  readonly avatar_url: string | null;
  readonly location: string | null;
  readonly website: string | null;
  readonly instagram_handle: string | null;
}

/** False where the address is taken. */
export async function insertUser(
  trx: Knex.Transaction,
  user: {
    readonly userId: string;
    readonly email: string;
    readonly passwordHash: string | null;
    readonly emailVerified?: boolean;
    readonly userType: UserType;
    readonly displayName: string;
    readonly bio: string | null;
  },
): Promise<boolean> {
  const inserted = await trx('users')
    .insert({
      user_id: user.userId,
      email: user.email,
      password_hash: user.passwordHash,
      email_verified: user.emailVerified ?? false,
      user_type: user.userType,
    })
    .onConflict('email')
    .ignore()
    .returning('user_id');
  if (inserted.length === 0) return false;
  await trx('user_profiles').insert({
    user_id: user.userId,
    display_name: user.displayName,
    bio: user.bio,
  });
  return true;
}

export const findRow = (
  db: Knex,
  by: { readonly user_id: string } | { readonly email: string },
): Promise<UserRow | undefined> => {
  const [[column = '', value = '']] = Object.entries(by) as [[string, string]];
  return db('users as u')
    .leftJoin('user_profiles as p', 'p.user_id', 'u.user_id')
    .where(`u.${column}`, value)
    .first(
      'u.*',
      'p.display_name',
      'p.bio',
      'p.avatar_url',
      'p.location',
      'p.website',
      'p.instagram_handle',
    );
};

/** Until the transaction ends nobody writes a row that refers to it. */
export async function lockRow(trx: Knex.Transaction, userId: string): Promise<void> {
  await trx('users').where({ user_id: userId }).forUpdate().first(trx.raw('1'));
}

/** False where the row is not there, or not (any more) as `where` has it. */
export async function updateUser(
  db: Knex,
  userId: string,
  change: Readonly<Record<string, Knex.Value | Knex.Raw>>,
  where: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const changed = await db('users')
    .where({ user_id: userId, ...where })
    .update({ ...change, updated_at: db.fn.now() });
  return changed === 1;
}

/** Fields that are undefined stay. */
export async function updateProfile(
  db: Knex,
  userId: string,
  change: Readonly<Record<string, string | null | undefined>>,
): Promise<void> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  await db('user_profiles')
    .where({ user_id: userId })
    .update({ ...Object.fromEntries(given), updated_at: db.fn.now() });
}

export async function updateToAdmin(
  trx: Knex.Transaction,
  userId: string,
  passwordHash: string | null,
): Promise<void> {
  await trx('users')
    .where({ user_id: userId })
    .update({
      user_type: 'admin',
      status: 'active',
      updated_at: trx.fn.now(),
      ...(passwordHash && { password_hash: passwordHash }),
    });
}

export async function insertAudit(
  trx: Knex.Transaction,
  entry: {
    /** None where it is nobody signed in. */
    readonly actorId?: string;
    readonly action: string;
    readonly subject: string;
    readonly origin: string;
    readonly before: unknown;
    readonly after: unknown;
  },
): Promise<void> {
  await trx('audit_entries').insert({
    actor_id: entry.actorId ?? null,
    action: entry.action,
    subject: entry.subject,
    origin: entry.origin,
    before: JSON.stringify(entry.before),
    after: JSON.stringify(entry.after),
  });
}
