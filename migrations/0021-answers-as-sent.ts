// The answers that are kept for an Idempotency-Key, letter by letter: jsonb would put their fields in an order of its own.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table idempotency_keys alter column reply type json using reply::json');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table idempotency_keys alter column reply type jsonb using reply::jsonb');
}
