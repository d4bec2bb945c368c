// Idempotency-Key: the first answer is stored in the transaction of its effect, and given again for 24 h.

import { createHash } from 'node:crypto';

import type { Request } from 'express';
import type { Knex } from 'knex';

import type { Sql } from '../../pipeline/platform/sql.js';
import { ApiError, malformedRequest } from '../errors.js';
import { findAnswers, insertAnswers, lockKeys } from './idempotency-queries.js';

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
  return db.transaction(async (trx) => {
    const [held] = await lockKeys(trx, [request]);
    if (!held) throw keyInUse();
    const earlier = await findKept(trx, request);
    if (earlier) return { ...earlier, replayed: true };
    const answer = await run(trx);
    await keepAnswers(trx, [{ request, answer }]);
    return { ...answer, replayed: false };
  });
}

/**
 * On a line, for many requests whose effects share one transaction: what each key stands for so far, in their order.
 * @returns null for a key that is new, its first answer, or why it cannot be used
 */
export async function claimKeys(
  sql: Sql,
  requests: readonly RepeatableRequest[],
): Promise<(Answer | ApiError | null)[]> {
  if (requests.length === 0) return [];
  // Sent together, done one after the other: the second sees what was committed before the locks.
  const [held, earlier] = await Promise.all([lockKeys(sql, requests), findAnswers(sql, requests)]);
  return requests.map((request, at) => (held[at] ? toClaim(request, earlier[at]) : keyInUse()));
}

/** What was answered before, whatever has changed since; null for a key that is new. @throws ApiError 422 */
export async function findKept(db: Knex, request: RepeatableRequest): Promise<Answer | null> {
  const [earlier] = await findAnswers(db, [request]);
  const claim = toClaim(request, earlier);
  if (claim instanceof ApiError) throw claim;
  return claim;
}

type Kept = Awaited<ReturnType<typeof findAnswers>>[number];

function toClaim(request: RepeatableRequest, known: Kept | undefined): Answer | ApiError | null {
  if (!known) return null;
  const { status, reply, bodyHash } = known;
  return bodyHash.equals(hashBody(request)) ? { status, reply } : keyReused();
}

/** In the transaction that claimed the keys. */
export const keepAnswers = (
  sql: Sql,
  kept: readonly { readonly request: RepeatableRequest; readonly answer: Answer }[],
): Promise<void> =>
  insertAnswers(
    sql,
    kept.map(({ request, answer }) => ({ id: request, bodyHash: hashBody(request), answer })),
  );

/** Two of one batch: the second is the first again, or another request with its key. */
export const isSameRequest = (one: RepeatableRequest, other: RepeatableRequest): boolean =>
  one.userId === other.userId && one.route === other.route && one.key === other.key;

export const repeatOf = (
  first: RepeatableRequest,
  again: RepeatableRequest,
  answer: Answer,
): Answer | ApiError => (hashBody(first).equals(hashBody(again)) ? answer : keyReused());

const hashBody = ({ body }: RepeatableRequest): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest();

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
