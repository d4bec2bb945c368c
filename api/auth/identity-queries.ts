// All SQL on identities and sign_in_nonces.

import type { Knex } from 'knex';

export async function insertNonce(db: Knex, hash: Buffer, seconds: number): Promise<void> {
  await db('sign_in_nonces').insert({
    nonce_hash: hash,
    expires_at: db.raw(`clock_timestamp() + ? * interval '1 second'`, [seconds]),
  });
}

/** Good once. */
export async function takeNonce(db: Knex, hash: Buffer): Promise<boolean> {
  const taken = await db('sign_in_nonces')
    .where({ nonce_hash: hash })
    .whereRaw('expires_at > clock_timestamp()')
    .delete();
  return taken === 1;
}

export const deleteExpiredNonces = (db: Knex): Promise<number> =>
  db('sign_in_nonces').whereRaw('expires_at < now()').delete();

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export async function findIdentity(db: Knex, of: Identity): Promise<string | null> {
  const row = await db('identities').where({ issuer: of.issuer, subject: of.subject }).first();
  return row?.user_id ?? null;
}

/** False where it belongs to an account already. */
export async function insertIdentity(db: Knex, of: Identity, userId: string): Promise<boolean> {
  const made = await db('identities')
    .insert({ issuer: of.issuer, subject: of.subject, user_id: userId })
    .onConflict(['issuer', 'subject'])
    .ignore()
    .returning('user_id');
  return made.length === 1;
}

/** Those that were added first come first. */
export async function listIdentities(
  db: Knex,
  userId: string,
): Promise<{ issuer: string; createdAt: Date }[]> {
  const rows = await db('identities').where({ user_id: userId }).orderBy('created_at');
  return rows.map((row) => ({ issuer: row.issuer, createdAt: row.created_at }));
}

/** Their issuers; whoever takes one off meanwhile waits. */
export const lockIdentities = (trx: Knex.Transaction, userId: string): Promise<string[]> =>
  trx('identities').where({ user_id: userId }).forUpdate().pluck('issuer');

export async function deleteIdentities(
  trx: Knex.Transaction,
  userId: string,
  issuer: string,
): Promise<void> {
  await trx('identities').where({ user_id: userId, issuer }).delete();
}
