import type { Knex } from 'knex';

import type { UserType } from '../http/authenticate.js';
import { findRow, type UserRow } from './queries.js';

export interface UserWithPassword {
  readonly userId: string;
  readonly email: string;
  readonly userType: UserType;
  readonly status: UserRow['status'];
  readonly emailVerified: boolean;
  /** Null for an account that signs in elsewhere. */
  readonly passwordHash: string | null;
}

export interface OwnAccount extends Omit<UserWithPassword, 'passwordHash'> {
  readonly phone: string | null;
  readonly phoneVerified: boolean;
  readonly createdAt: Date;
  readonly displayName: string;
  readonly bio: string | null;
  /** A key of ours, or an address elsewhere. */
  readonly avatarUrl: string | null;
  readonly location: string | null;
  readonly website: string | null;
  readonly instagramHandle: string | null;
}

export async function findUserByEmail(db: Knex, email: string): Promise<UserWithPassword | null> {
  const row = await findRow(db, { email });
  return row ? { ...toAccount(row), passwordHash: row.password_hash } : null;
}

export async function findOwnAccount(db: Knex, userId: string): Promise<OwnAccount | null> {
  const row = await findRow(db, { user_id: userId });
  return row ? toAccount(row) : null;
}

/** What anybody may see: an active maker. */
export async function findMaker(
  db: Knex,
  userId: string,
): Promise<Omit<OwnAccount, 'email' | 'phone'> | null> {
  const account = await findOwnAccount(db, userId);
  return account?.userType === 'maker' && account.status === 'active' ? account : null;
}

const toAccount = (row: UserRow): OwnAccount => ({
  userId: row.user_id,
  email: row.email,
  userType: row.user_type,
  status: row.status,
  emailVerified: row.email_verified,
  phone: row.phone,
  phoneVerified: row.phone_verified,
  createdAt: row.created_at,
  displayName: row.display_name ?? '',
  bio: row.bio,
  avatarUrl: row.avatar_url,
  location: row.location,
  website: row.website,
  instagramHandle: row.instagram_handle,
});
