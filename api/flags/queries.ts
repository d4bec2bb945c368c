// All SQL on feature_flags.

import type { Knex } from 'knex';

import type { FlagSetting } from './flag.js';

export async function listSettings(db: Knex): Promise<Map<string, FlagSetting>> {
  const rows = await db<FlagRow>('feature_flags').select('*');
  return new Map(rows.map(({ name, enabled, percentage }) => [name, { enabled, percentage }]));
}

/** Changes of one flag take turns, also of one that has no row yet. */
export async function lockSetting(
  trx: Knex.Transaction,
  name: string,
): Promise<FlagSetting | undefined> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`flag:${name}`]);
  const row = await trx<FlagRow>('feature_flags').where({ name }).first();
  return row && { enabled: row.enabled, percentage: row.percentage };
}

export async function saveSetting(
  trx: Knex.Transaction,
  name: string,
  setting: FlagSetting,
): Promise<void> {
  await trx('feature_flags')
    .insert({ name, ...setting, updated_at: trx.fn.now() })
    .onConflict('name')
    .merge();
}

interface FlagRow {
  name: string;
  enabled: boolean;
  percentage: number;
}
