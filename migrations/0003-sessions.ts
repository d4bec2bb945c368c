// Sessions, the families of refresh tokens; and the counts of rate limits where there is no Redis.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sessions (
      session_id uuid primary key,
      user_id uuid not null references users on delete cascade,
      purpose text not null check (purpose in ('api', 'ops')),
      device text not null,
      address_hash text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      ended_at timestamptz,
      end_reason text check (end_reason in ('logout', 'reuse', 'other_device', 'replaced')),
      check ((ended_at is null) = (end_reason is null))
    );
    create index idx_sessions_user_id on sessions (user_id, address_hash);
    create index idx_sessions_expires_at on sessions (expires_at);

    alter table refresh_tokens
      add constraint refresh_tokens_family_id_fkey
      foreign key (family_id) references sessions on delete cascade;

    create table rate_limits (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    );
    create index idx_rate_limits_expire on rate_limits (expire);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table rate_limits;
    alter table refresh_tokens drop constraint refresh_tokens_family_id_fkey;
    drop table sessions;
  `);
}
