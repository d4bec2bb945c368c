// Which parts of an upload a bucket has: S3 shows an object only when it is whole.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table uploads add column multipart_id text;
    create table upload_parts (
      upload_id uuid not null references uploads on delete cascade,
      part_number integer not null,
      size bigint not null,
      etag text not null,
      primary key (upload_id, part_number)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table upload_parts;
    alter table uploads drop column multipart_id;
  `);
}
