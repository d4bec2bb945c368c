// The auctions of a maker, newest first, found by their own rows.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index idx_auctions_maker_id on auctions (maker_id, start_time)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index idx_auctions_maker_id');
}
