// Whose turn a clip is: a rank that grows with what its maker has waiting already.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table media_files add column queue_rank integer not null default 1;
    create index media_files_unfinished on media_files (queue_rank)
      where processing_status in ('pending', 'processing') and deleted_at is null;
    create index media_files_unfinished_of_owner on media_files (owner_id, queue_rank)
      where processing_status in ('pending', 'processing') and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index media_files_unfinished_of_owner;
    drop index media_files_unfinished;
    alter table media_files drop column queue_rank;
  `);
}
