// Completed clips that are to be made once more, and why that last failed.

import type { Knex } from 'knex';

// `reencode_seen_at` is null where none is wanted, else when its job was last queued or seen in its queue. It means
// something for completed clips only.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table media_files
      add column reencode_seen_at timestamptz,
      add column reencode_error jsonb;
    create index media_files_reencodes on media_files (reencode_seen_at)
      where reencode_seen_at is not null and processing_status = 'completed'
        and deleted_at is null;
    create index media_files_reencodes_failed on media_files (media_id)
      where reencode_error is not null and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index media_files_reencodes_failed;
    drop index media_files_reencodes;
    alter table media_files
      drop column reencode_seen_at,
      drop column reencode_error;
  `);
}
