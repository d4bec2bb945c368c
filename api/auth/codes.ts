// Codes of six digits that prove an address: good for 10 minutes, five tries, once. The newest is the only one.

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

import type { Knex } from 'knex';

import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import { type CodePurpose, putCode, spendTry, takeCode } from './code-queries.js';

const SECONDS = 10 * 60;
const MOST_TRIES = 5;

/** Makes the code that a message is to carry. */
export async function createCode(
  { keys }: Pick<Context, 'keys'>,
  db: Knex,
  code: { readonly userId: string; readonly purpose: CodePurpose; readonly target: string },
): Promise<string> {
  const text = String(randomInt(1_000_000)).padStart(6, '0');
  await putCode(db, { ...code, codeHash: hashCode(keys.secrets, code, text), seconds: SECONDS });
  return text;
}

/**
 * The address that the code proves, or null. Call it outside a transaction: a wrong try must count whatever follows.
 */
export async function spendCode(
  { db, keys }: Pick<Context, 'db' | 'keys'>,
  { userId, purpose, code }: { userId: string; purpose: CodePurpose; code: string },
): Promise<string | null> {
  const given = hashCode(keys.secrets, { userId, purpose }, code);
  const stored = await spendTry(db, userId, purpose, MOST_TRIES);
  if (!stored || !timingSafeEqual(stored.codeHash, given)) return null;
  return (await takeCode(db, userId, purpose, given)) ? stored.target : null;
}

/** The one answer for wrong, outdated, used up and never sent. */
export const invalidCode = () =>
  new ApiError(422, 'INVALID_CODE', 'The code is wrong or not good any more. Ask for a new one.', {
    details: [{ field: 'code', message: 'is wrong or not good any more' }],
  });

/** Six digits are too few for a plain hash: whoever has the table would try them all. */
const hashCode = (secret: Buffer, { userId, purpose }: Of, code: string): Buffer =>
  createHmac('sha256', secret).update(`code\n${userId}\n${purpose}\n${code}`).digest();

interface Of {
  readonly userId: string;
  readonly purpose: CodePurpose;
}
