// All SQL on second_factors, recovery_codes and sign_in_challenges.

import type { Knex } from 'knex';

export interface SecondFactor {
  readonly sealedSecret: Buffer;
  readonly confirmed: boolean;
}

export async function findSecondFactor(db: Knex, userId: string): Promise<SecondFactor | null> {
  const row = await db('second_factors').where({ user_id: userId }).first();
  return row ? { sealedSecret: row.sealed_secret, confirmed: row.confirmed_at !== null } : null;
}

/** Replaces one that was never confirmed; false where one is on. */
export async function putPendingFactor(
  db: Knex,
  userId: string,
  sealedSecret: Buffer,
): Promise<boolean> {
  const rows = await db('second_factors')
    .insert({ user_id: userId, sealed_secret: sealedSecret })
    .onConflict('user_id')
    .merge({ sealed_secret: sealedSecret, last_step: 0 })
    .whereNull('second_factors.confirmed_at')
    .returning('user_id');
  return rows.length === 1;
}

/** False where this step, or a later one, was used before: the same code never counts twice. */
export async function takeStep(db: Knex, userId: string, step: number): Promise<boolean> {
  const taken = await db('second_factors')
    .where({ user_id: userId })
    .where('last_step', '<', step)
    .update({ last_step: step });
  return taken === 1;
}

export async function confirmFactor(
  trx: Knex.Transaction,
  userId: string,
  codeHashes: readonly Buffer[],
): Promise<boolean> {
  const confirmed = await trx('second_factors')
    .where({ user_id: userId })
    .whereNull('confirmed_at')
    .update({ confirmed_at: trx.fn.now() });
  if (confirmed === 0) return false;
  await replaceRecoveryCodes(trx, userId, codeHashes);
  return true;
}

export async function replaceRecoveryCodes(
  trx: Knex.Transaction,
  userId: string,
  codeHashes: readonly Buffer[],
): Promise<void> {
  await trx('recovery_codes').where({ user_id: userId }).delete();
  const rows = codeHashes.map((hash) => ({ user_id: userId, code_hash: hash }));
  await trx('recovery_codes').insert(rows);
}

export async function takeRecoveryCode(db: Knex, userId: string, codeHash: Buffer) {
  const taken = await db('recovery_codes')
    .where({ user_id: userId, code_hash: codeHash })
    .whereNull('used_at')
    .update({ used_at: db.fn.now() });
  return taken === 1;
}

export async function countRecoveryCodes(db: Knex, userId: string): Promise<number> {
  const row = await db('recovery_codes')
    .where({ user_id: userId })
    .whereNull('used_at')
    .count()
    .first();
  return Number(row?.count ?? 0);
}

export async function deleteFactor(db: Knex, userId: string): Promise<boolean> {
  return (await db('second_factors').where({ user_id: userId }).delete()) === 1;
}

export async function insertChallenge(
  db: Knex,
  challenge: { readonly hash: Buffer; readonly userId: string; readonly device: string },
  seconds: number,
): Promise<void> {
  await db('sign_in_challenges').insert({
    challenge_hash: challenge.hash,
    user_id: challenge.userId,
    device: challenge.device,
    expires_at: db.raw(`clock_timestamp() + ? * interval '1 second'`, [seconds]),
  });
}

/** Counts a try; null where none is left, or on another device. */
export async function spendChallenge(
  db: Knex,
  hash: Buffer,
  device: string,
  mostTries: number,
): Promise<string | null> {
  const [row] = await db('sign_in_challenges')
    .where({ challenge_hash: hash, device })
    .where('tries', '<', mostTries)
    .whereRaw('expires_at > clock_timestamp()')
    .increment('tries', 1)
    .returning('user_id');
  return row?.user_id ?? null;
}

export async function takeChallenge(db: Knex, hash: Buffer): Promise<boolean> {
  return (await db('sign_in_challenges').where({ challenge_hash: hash }).delete()) === 1;
}

export const deleteExpiredChallenges = (db: Knex): Promise<number> =>
  db('sign_in_challenges').whereRaw('expires_at < now()').delete();
