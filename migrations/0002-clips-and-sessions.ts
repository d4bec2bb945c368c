// What the rules need beside the seed: the life of a clip, uploads, sessions, repeated requests and the audit.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CLIPS);
  await knex.raw(UPLOADS);
  await knex.raw(REQUESTS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table audit_entries, idempotency_keys, refresh_tokens;
    drop table upload_locks, uploads;
    drop table object_removals, media_leases;
    drop index idx_media_files_owner_id, idx_media_files_unfinished;
    alter table media_files
      drop column owner_id,
      drop column attempt,
      drop column starts,
      drop column revision,
      drop column original_key,
      drop column cancel_requested,
      drop column version,
      drop column deleted_at;
    alter table stories drop column version;
  `);
}

// `attempt` is part of the job's id, `starts` counts runs of one attempt chain (a poison clip stops there),
// `version` grows with every update (the id of its live events), `revision` names the published prefix.
const CLIPS = `
  alter table stories add column version integer not null default 1;

  alter table media_files
    add column owner_id uuid not null references users,
    add column attempt integer not null default 0,
    add column starts integer not null default 0,
    add column revision varchar(64),
    add column original_key varchar(500),
    add column cancel_requested boolean not null default false,
    add column version bigint not null default 1,
    add column deleted_at timestamptz;
  create index idx_media_files_owner_id on media_files (owner_id, created_at);
  create index idx_media_files_unfinished on media_files (updated_at)
    where processing_status in ('pending', 'processing') and deleted_at is null;

  create table media_leases (
    media_id uuid not null references media_files on delete cascade,
    stage text not null,
    attempt integer not null,
    token bigint not null,
    holder text not null,
    expires_at timestamptz not null,
    primary key (media_id, stage)
  );

  create table object_removals (
    removal_id bigint generated always as identity primary key,
    prefix_or_key text not null,
    is_prefix boolean not null default false,
    not_before timestamptz not null default now(),
    attempts integer not null default 0,
    created_at timestamptz not null default now()
  );
  create index idx_object_removals_not_before on object_removals (not_before);
  create index idx_object_removals_target on object_removals (prefix_or_key text_pattern_ops);
`;

const UPLOADS = `
  create table uploads (
    upload_id uuid primary key,
    media_id uuid not null references media_files on delete cascade,
    owner_id uuid not null references users on delete cascade,
    length bigint not null,
    expires_at timestamptz not null,
    finished_at timestamptz,
    created_at timestamptz not null default now()
  );
  create index idx_uploads_media_id on uploads (media_id);
  create index idx_uploads_expires_at on uploads (expires_at) where finished_at is null;

  create table upload_locks (
    upload_id uuid primary key,
    holder uuid not null,
    release_requested boolean not null default false,
    expires_at timestamptz not null
  );
`;

const REQUESTS = `
  create table refresh_tokens (
    token_id uuid primary key,
    family_id uuid not null,
    user_id uuid not null references users on delete cascade,
    token_hash bytea unique not null,
    client text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    replaced_by uuid,
    revoked_at timestamptz
  );
  create index idx_refresh_tokens_family_id on refresh_tokens (family_id);
  create index idx_refresh_tokens_user_id on refresh_tokens (user_id);
  create index idx_refresh_tokens_expires_at on refresh_tokens (expires_at);

  create table idempotency_keys (
    user_id uuid not null references users on delete cascade,
    route text not null,
    key varchar(255) not null,
    body_hash bytea not null,
    status integer,
    reply jsonb,
    created_at timestamptz not null default now(),
    primary key (user_id, route, key)
  );
  create index idx_idempotency_keys_created_at on idempotency_keys (created_at);

  create table audit_entries (
    entry_id uuid primary key default gen_random_uuid(),
    actor_id uuid,
    action text not null,
    subject text not null,
    origin text,
    before jsonb,
    after jsonb,
    at timestamptz not null default now()
  );
  create index idx_audit_entries_subject on audit_entries (subject, at);
`;
