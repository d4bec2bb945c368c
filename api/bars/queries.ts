// All SQL on bars.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';

export interface Bar {
  readonly barId: string;
  readonly userId: string;
  /** Null where it is an admin's, and holds everywhere. */
  readonly makerId: string | null;
  readonly reason: string | null;
  readonly createdAt: Date;
}

interface BarRow {
  bar_id: string;
  user_id: string;
  maker_id: string | null;
  reason: string | null;
  barred_by: string;
  created_at: Date;
}

/** False where it is there already. */
export async function insertBar(
  trx: Knex.Transaction,
  bar: Omit<Bar, 'createdAt'> & { readonly barredBy: string },
): Promise<boolean> {
  const { rowCount } = await trx.raw(
    `insert into bars (bar_id, user_id, maker_id, reason, barred_by) values (?, ?, ?, ?, ?)
     on conflict do nothing`,
    [bar.barId, bar.userId, bar.makerId, bar.reason, bar.barredBy],
  );
  return rowCount === 1;
}

/** False where there is none. */
export async function deleteBar(
  trx: Knex.Transaction,
  { userId, makerId }: Pick<Bar, 'userId' | 'makerId'>,
): Promise<boolean> {
  const deleted = await trx('bars').where({ user_id: userId, maker_id: makerId }).delete();
  return deleted === 1;
}

/** Whether somebody is kept from what this maker sells, by the maker or by an admin. */
export async function hasBar(
  db: Knex,
  { userId, makerId }: { readonly userId: string; readonly makerId: string },
): Promise<boolean> {
  const row = await db<BarRow>('bars')
    .where('user_id', userId)
    .where((either) => either.where('maker_id', makerId).orWhereNull('maker_id'))
    .options(keepPlan('has bar'))
    .first(db.raw('1'));
  return row !== undefined;
}

/** Newest first; those of a maker, or without one those of the admins. */
export async function listBars(
  db: Knex,
  makerId: string | null,
  page: { limit: number; offset: number },
): Promise<Bar[]> {
  const rows = await db<BarRow>('bars')
    .where('maker_id', makerId)
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'bar_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset)
    .select('*');
  return rows.map((row) => ({
    barId: row.bar_id,
    userId: row.user_id,
    makerId: row.maker_id,
    reason: row.reason,
    createdAt: row.created_at,
  }));
}

export async function countBars(db: Knex, makerId: string | null): Promise<number> {
  const row = await db('bars')
    .where('maker_id', makerId)
    .first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}
