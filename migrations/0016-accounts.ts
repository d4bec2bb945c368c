// What accounts need beside a password: an outbox of letters, codes, a second factor, sign-in elsewhere, session facts.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(OUTBOX);
  await knex.raw(PROOFS);
  await knex.raw(SESSIONS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from sessions where end_reason in ('revoked', 'password', 'deleted');
    alter table sessions
      drop constraint sessions_end_reason_check,
      add constraint sessions_end_reason_check
        check (end_reason in ('logout', 'reuse', 'other_device', 'replaced')),
      drop column last_seen_at,
      drop column confirmed_at,
      drop column program,
      drop column address_block;
    drop index idx_users_phone;
    drop table sign_in_nonces, identities, sign_in_challenges, recovery_codes, second_factors,
      verification_codes, outbox;
  `);
}

// Recipient and facts are personal: both are wiped once the row is over.
const OUTBOX = `
  create table outbox (
    message_id uuid primary key,
    user_id uuid references users on delete cascade,
    channel text not null check (channel in ('mail', 'sms')),
    kind text not null,
    recipient text,
    facts jsonb,
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    expires_at timestamptz not null,
    outcome text check (outcome in ('sent', 'dropped', 'failed')),
    ended_at timestamptz,
    created_at timestamptz not null default now(),
    check ((outcome is null) = (ended_at is null)),
    check ((outcome is null) = (recipient is not null))
  );
  create index idx_outbox_due_at on outbox (due_at) where outcome is null;
  create index idx_outbox_ended_at on outbox (ended_at) where outcome is not null;
`;

const PROOFS = `
  create index idx_users_phone on users (phone) where phone is not null;

  create table verification_codes (
    user_id uuid not null references users on delete cascade,
    purpose text not null check (purpose in ('email', 'phone', 'password', 'new_email', 'confirm')),
    target text not null,
    code_hash bytea not null,
    tries integer not null default 0,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (user_id, purpose)
  );
  create index idx_verification_codes_expires_at on verification_codes (expires_at);

  create table second_factors (
    user_id uuid primary key references users on delete cascade,
    sealed_secret bytea not null,
    last_step bigint not null default 0,
    confirmed_at timestamptz,
    created_at timestamptz not null default now()
  );

  create table recovery_codes (
    user_id uuid not null references second_factors on delete cascade,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
  );

  create table sign_in_challenges (
    challenge_hash bytea primary key,
    user_id uuid not null references users on delete cascade,
    device text not null,
    tries integer not null default 0,
    expires_at timestamptz not null
  );
  create index idx_sign_in_challenges_expires_at on sign_in_challenges (expires_at);

  create table identities (
    issuer text not null,
    subject text not null,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    primary key (issuer, subject)
  );
  create index idx_identities_user_id on identities (user_id);

  create table sign_in_nonces (
    nonce_hash bytea primary key,
    expires_at timestamptz not null
  );
  create index idx_sign_in_nonces_expires_at on sign_in_nonces (expires_at);
`;

// A session from before cannot tell when its user was last asked, so it counts as not asked.
const SESSIONS = `
  alter table sessions
    add column last_seen_at timestamptz not null default now(),
    add column confirmed_at timestamptz,
    add column program text,
    add column address_block text,
    drop constraint sessions_end_reason_check,
    add constraint sessions_end_reason_check check (
      end_reason in ('logout', 'reuse', 'other_device', 'replaced', 'revoked', 'password', 'deleted')
    );
`;
