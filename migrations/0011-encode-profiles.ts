// Which encode profile each published revision was made with.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table media_files add column encode_profile integer`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`alter table media_files drop column encode_profile`);
}
