// What moderation decides on a story, its versions, the flags, and an audit that can only grow.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(STORIES);
  await knex.raw(FLAGS);
  await knex.raw(AUDIT);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger audit_entries_append_only on audit_entries;
    drop index idx_audit_entries_at, idx_audit_entries_actor_id;
    drop table story_versions, feature_flags;
    drop function refuse_rewriting();
    drop index idx_stories_queue, idx_stories_publish_at;
    alter table stories
      drop column submitted_at,
      drop column publish_at,
      drop column rejected_at,
      drop column rejection_reason,
      drop column archived_at,
      drop column takedown_reason;
  `);
}

// `publish_at` is set while an approved story waits; the reason of a rejection stays until it is submitted again.
const STORIES = `
  create function refuse_rewriting() returns trigger language plpgsql as $$
    begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end
  $$;

  alter table stories
    add column submitted_at timestamptz,
    add column publish_at timestamptz,
    add column rejected_at timestamptz,
    add column rejection_reason text,
    add column archived_at timestamptz,
    add column takedown_reason text;
  create index idx_stories_queue on stories (status, submitted_at, story_id) where deleted_at is null;
  create index idx_stories_publish_at on stories (publish_at)
    where status = 'approved' and deleted_at is null;

  create table story_versions (
    story_id uuid not null references stories on delete restrict,
    version integer not null,
    actor_id uuid,
    changed text[] not null,
    content jsonb not null,
    created_at timestamptz not null default now(),
    primary key (story_id, version)
  );
  create trigger story_versions_append_only before update or delete on story_versions
    for each row execute function refuse_rewriting();
`;

const FLAGS = `
  create table feature_flags (
    name text primary key,
    enabled boolean not null,
    percentage integer not null check (percentage between 0 and 100),
    updated_at timestamptz not null default now()
  );
`;

const AUDIT = `
  create index idx_audit_entries_at on audit_entries (at, entry_id);
  create index idx_audit_entries_actor_id on audit_entries (actor_id, at);
  create trigger audit_entries_append_only before update or delete on audit_entries
    for each row execute function refuse_rewriting();
`;
