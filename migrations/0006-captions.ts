// Captions of clips, by language, and which of their states the published revision carries.

import type { Knex } from 'knex';

// `captions_version` grows with every change and is what is wanted; `captions_published` is what the revision
// carries, 0 for one that encoding made. `captions_tries` counts jobs since the last change; it spaces them, and is
// part of their ids.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table captions (
      media_id uuid not null references media_files on delete cascade,
      language varchar(35) not null,
      label text not null,
      content text not null,
      cues integer not null,
      repairs jsonb not null,
      version integer not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (media_id, language)
    );
    alter table media_files
      add column captions_version integer not null default 0,
      add column captions_published integer not null default 0,
      add column captions_tries integer not null default 0,
      add column captions_queued_at timestamptz;
    create index media_files_captions_due on media_files (media_id)
      where captions_published <> captions_version and processing_status = 'completed'
        and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index media_files_captions_due;
    alter table media_files
      drop column captions_version,
      drop column captions_published,
      drop column captions_tries,
      drop column captions_queued_at;
    drop table captions;
  `);
}
