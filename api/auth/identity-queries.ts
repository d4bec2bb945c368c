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
