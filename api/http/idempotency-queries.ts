// All SQL on idempotency_keys.

import { createHash } from 'node:crypto';

import type { Knex } from 'knex';

import type { Sql } from '../../pipeline/platform/sql.js';

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

/** Held until the transaction ends; false where another request holds it. */
export async function lockKeys(sql: Sql, ids: readonly KeyOfRequest[]): Promise<boolean[]> {
  const locks = ids.map(({ userId, route, key }) =>
    createHash('sha256').update(`${userId}\n${route}\n${key}`).digest().readBigInt64BE().toString(),
  );
  const { rows } = await sql.raw<{ held: boolean }>(
    `select pg_try_advisory_xact_lock(lock) as held
     from unnest(?::bigint[]) with ordinality as t (lock, place) order by place`,
    [locks],
  );
  return rows.map(({ held }) => held);
}

/** In the order of the keys; null for those that have none yet. */
export async function findAnswers(
  sql: Sql,
  ids: readonly KeyOfRequest[],
): Promise<(StoredAnswer | null)[]> {
  const { rows } = await sql.raw<KeptRow>(
    `select k.status, k.reply, k.body_hash
     from unnest(?::uuid[], ?::text[], ?::text[]) with ordinality as t (user_id, route, key, place)
     left join idempotency_keys k on k.user_id = t.user_id and k.route = t.route and k.key = t.key
       and k.created_at > now() - interval '${KEPT}'
     order by t.place`,
    [ids.map(({ userId }) => userId), ids.map(({ route }) => route), ids.map(({ key }) => key)],
  );
  return rows.map((row) =>
    row.status === null ? null : { status: row.status, reply: row.reply, bodyHash: row.body_hash },
  );
}

interface KeptRow {
  status: number | null;
  reply: unknown;
  body_hash: Buffer;
}

/** Replaces outdated answers of the same keys. */
export async function insertAnswers(
  sql: Sql,
  kept: readonly {
    readonly id: KeyOfRequest;
    readonly bodyHash: Buffer;
    readonly answer: { readonly status: number; readonly reply: unknown };
  }[],
): Promise<void> {
  if (kept.length === 0) return;
  const column = <T>(read: (each: (typeof kept)[number]) => T) => kept.map(read);
  await sql.raw(
    `insert into idempotency_keys (user_id, route, key, body_hash, status, reply, created_at)
     select k.*, now()
     from unnest(?::uuid[], ?::text[], ?::text[], ?::bytea[], ?::integer[], ?::json[]) as k
     on conflict (user_id, route, key) do update set body_hash = excluded.body_hash,
       status = excluded.status, reply = excluded.reply, created_at = excluded.created_at`,
    [
      column(({ id }) => id.userId),
      column(({ id }) => id.route),
      column(({ id }) => id.key),
      column(({ bodyHash }) => bodyHash),
      column(({ answer }) => answer.status),
      column(({ answer }) => JSON.stringify(answer.reply ?? null)),
    ],
  );
}

/** For the sweep: how many answers were past their 24 h. */
export const removeOutdatedAnswers = (db: Knex): Promise<number> =>
  db('idempotency_keys').whereRaw(`created_at < now() - interval '${KEPT}'`).delete();
