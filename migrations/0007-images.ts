// Avatars, covers and section pictures: what was sent, what became of it, and where it lies.

import type { Knex } from 'knex';

// `attempt` is part of the job's id; `starts` counts runs that have not ended in order (a poison picture stops
// there); only the holder of the newest `token` may write. A slot (whose, what for, where) has at most one picture
// under way; the one that is shown stays until the next is done.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table images (
      image_id uuid primary key,
      owner_id uuid not null references users,
      purpose text not null check (purpose in ('avatar', 'cover', 'section')),
      story_id uuid references stories,
      section text,
      status text not null default 'pending'
        check (status in ('pending', 'processing', 'completed', 'failed')),
      source_key varchar(500) not null,
      file_size bigint not null,
      attempt integer not null default 1,
      starts integer not null default 0,
      token bigint not null default 0,
      lease_until timestamptz,
      prefix varchar(500),
      sizes jsonb not null default '[]',
      placeholder text,
      error_code text,
      error_message text,
      version bigint not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      check ((story_id is null) = (purpose = 'avatar')),
      check ((section is null) = (purpose <> 'section'))
    );
    create index idx_images_owner_id on images (owner_id, purpose) where deleted_at is null;
    create index idx_images_story_id on images (story_id) where deleted_at is null;
    create index idx_images_unfinished on images (image_id)
      where status in ('pending', 'processing') and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table images');
}
