// All SQL on verification_codes.

import type { Knex } from 'knex';

export type CodePurpose = 'email' | 'phone' | 'password' | 'new_email' | 'confirm';

/** The newest code of a purpose is the only one. */
export async function putCode(
  db: Knex,
  code: {
    readonly userId: string;
    readonly purpose: CodePurpose;
    readonly target: string;
    readonly codeHash: Buffer;
    readonly seconds: number;
  },
): Promise<void> {
  await db('verification_codes')
    .insert({
      user_id: code.userId,
      purpose: code.purpose,
      target: code.target,
      code_hash: code.codeHash,
      tries: 0,
      created_at: db.raw('clock_timestamp()'),
      expires_at: db.raw(`clock_timestamp() + ? * interval '1 second'`, [code.seconds]),
    })
    .onConflict(['user_id', 'purpose'])
    .merge();
}

/** Counts a try, in one statement so that a burst cannot slip past the count; null where none is left. */
export async function spendTry(
  db: Knex,
  userId: string,
  purpose: CodePurpose,
  mostTries: number,
): Promise<{ codeHash: Buffer; target: string } | null> {
  const [row] = await db('verification_codes')
    .where({ user_id: userId, purpose })
    .where('tries', '<', mostTries)
    .whereRaw('expires_at > clock_timestamp()')
    .increment('tries', 1)
    .returning(['code_hash', 'target']);
  return row ? { codeHash: row.code_hash, target: row.target } : null;
}

/** False where another request took it first. */
export async function takeCode(
  db: Knex,
  userId: string,
  purpose: CodePurpose,
  codeHash: Buffer,
): Promise<boolean> {
  const taken = await db('verification_codes')
    .where({ user_id: userId, purpose, code_hash: codeHash })
    .delete();
  return taken === 1;
}

export const deleteExpiredCodes = (db: Knex): Promise<number> =>
  db('verification_codes').whereRaw('expires_at < now()').delete();
