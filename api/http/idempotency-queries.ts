// All SQL on idempotency_keys.

import { createHash } from 'node:crypto';

import type { Knex } from 'knex';

interface KeyOfRequest {
  readonly userId: string;
  readonly route: string;
  readonly key: string;
}

interface StoredAnswer {
  readonly status: number;
  readonly reply: unknown;
  readonly bodyHash: Buffer;
}

const KEPT = '24 hours';

/** Held until the transaction ends; false while another request holds it. */
export async function lockKey(trx: Knex.Transaction, id: KeyOfRequest): Promise<boolean> {
  const lock = createHash('sha256')
    .update(`${id.userId}\n${id.route}\n${id.key}`)
    .digest()
    .readBigInt64BE();
  const { rows } = await trx.raw('select pg_try_advisory_xact_lock(?::bigint) as held', [
    lock.toString(),
  ]);
  return rows[0].held;
}

export async function findAnswer(
  trx: Knex.Transaction,
  id: KeyOfRequest,
): Promise<StoredAnswer | null> {
  const row = await trx('idempotency_keys')
    .where({ user_id: id.userId, route: id.route, key: id.key })
    .whereRaw(`created_at > now() - interval '${KEPT}'`)
    .first('status', 'reply', 'body_hash');
  return row ? { status: row.status, reply: row.reply, bodyHash: row.body_hash } : null;
}

/** Replaces an outdated answer of the same key. */
export async function insertAnswer(
  trx: Knex.Transaction,
  id: KeyOfRequest,
  bodyHash: Buffer,
  answer: { readonly status: number; readonly reply: unknown },
): Promise<void> {
  await trx('idempotency_keys')
    .insert({
      user_id: id.userId,
      route: id.route,
      key: id.key,
      body_hash: bodyHash,
      status: answer.status,
      reply: JSON.stringify(answer.reply ?? null),
      created_at: trx.fn.now(),
    })
    .onConflict(['user_id', 'route', 'key'])
    .merge(['body_hash', 'status', 'reply', 'created_at']);
}

/** For the sweep: how many answers were past their 24 h. */
export const removeOutdatedAnswers = (db: Knex): Promise<number> =>
  db('idempotency_keys').whereRaw(`created_at < now() - interval '${KEPT}'`).delete();
