// What an upload was announced with, and when an admin took a story down.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table uploads add column metadata jsonb not null default '{}';
    alter table stories add column taken_down_at timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table uploads drop column metadata;
    alter table stories drop column taken_down_at;
  `);
}
