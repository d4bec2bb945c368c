// Idempotency-Key: the first answer is stored in the transaction of its effect, and given again for 24 h.

import { createHash } from 'node:crypto';

import type { Request } from 'express';
import type { Knex } from 'knex';

import { ApiError, malformedRequest } from '../errors.js';
import { findAnswer, insertAnswer, lockKey } from './idempotency-queries.js';

export interface Answer {
  readonly status: number;
  readonly reply: unknown;
}

export interface RepeatableRequest {
  readonly userId: string;
  /** Method and template of the route, so that a key is good for one route only. */
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
}

/**
 * Runs the effect once for this key. Only success is kept: a refusal changed nothing and may be asked again.
 * @throws ApiError 409 while the first is running, 422 for the same key with another body
 */
export async function answerOnce(
  db: Knex,
  request: RepeatableRequest,
  run: (trx: Knex.Transaction) => Promise<Answer>,
): Promise<Answer & { readonly replayed: boolean }> {
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest();
  return db.transaction(async (trx) => {
    if (!(await lockKey(trx, request))) throw keyInUse();
    const earlier = await findAnswer(trx, request);
    if (earlier) {
      if (!earlier.bodyHash.equals(bodyHash)) throw keyReused();
      return { status: earlier.status, reply: earlier.reply, replayed: true };
    }
    const answer = await run(trx);
    await insertAnswer(trx, request, bodyHash, answer);
    return { ...answer, replayed: false };
  });
}

/** @throws ApiError 400 for a key that is empty, too long or not printable */
export function idempotencyKeyOf(request: Request): string | null {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw malformedRequest('Idempotency-Key must be 1 to 255 printable characters.');
  }
  return key;
}

const keyInUse = () =>
  new ApiError(409, 'IDEMPOTENCY_KEY_IN_USE', 'The first request with this key is still running.', {
    headers: { 'Retry-After': '1' },
  });

const keyReused = () =>
  new ApiError(422, 'IDEMPOTENCY_KEY_REUSED', 'This key was used with another body.');
