// The digest of each admitted source, by which a maker's same bytes are known again.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table media_files
      add column source_sha256 bytea check (length(source_sha256) = 32);
    create index media_files_twins on media_files (owner_id, source_sha256)
      where source_sha256 is not null and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index media_files_twins;
    alter table media_files drop column source_sha256;
  `);
}
