// Which worker processes there are and what each runs: for people and for scaling. No job depends on it.

import type { Knex } from 'knex';

// Written every few seconds by every worker: room on the page keeps those updates off the indexes.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table workers (
      worker_id uuid primary key,
      host text not null,
      pid integer not null,
      version text not null,
      concurrency integer not null,
      cores integer not null,
      started_at timestamptz not null,
      seen_at timestamptz not null default clock_timestamp(),
      draining boolean not null default false,
      running jsonb not null default '[]'
    ) with (fillfactor = 40);
    create index idx_media_files_completed on media_files (updated_at)
      where processing_status = 'completed' and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index idx_media_files_completed; drop table workers');
}
