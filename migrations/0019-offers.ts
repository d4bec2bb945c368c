// What offers need beside the seed: the terms of a story, who is barred from bidding, and when a sale is over.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(OFFERS);
  await knex.raw(BARS);
  await knex.raw(SALES);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index idx_auctions_sold, idx_auctions_starting_offer_id;
    alter table auctions drop column relisted_at;
    drop table bars, offer_terms;
    drop index idx_offers_expires_at, idx_offers_of_buyer;
    alter table offers
      drop column story_version,
      drop column auto_rejected;
  `);
}

// The version is that of the story as the buyer saw it; the floor is the maker's alone to know.
const OFFERS = `
  alter table offers
    add column story_version integer not null default 1,
    add column auto_rejected boolean not null default false;
  create index idx_offers_expires_at on offers (expires_at) where status = 'pending';
  create index idx_offers_of_buyer on offers (buyer_id, created_at);

  create table offer_terms (
    story_id uuid primary key references stories on delete cascade,
    auto_open boolean not null,
    floor decimal(10, 2),
    updated_at timestamptz not null default now()
  );
`;

// Without a maker it is an admin's, and holds everywhere.
const BARS = `
  create table bars (
    bar_id uuid primary key,
    user_id uuid not null references users on delete cascade,
    maker_id uuid references users on delete cascade,
    reason text,
    barred_by uuid not null references users on delete cascade,
    created_at timestamptz not null default now()
  );
  create unique index idx_bars_by_maker on bars (user_id, maker_id) where maker_id is not null;
  create unique index idx_bars_everywhere on bars (user_id) where maker_id is null;
  create index idx_bars_maker_id on bars (maker_id, created_at);
`;

// A story is sold from an auction's end until that auction lets it go: never by two at once.
const SALES = `
  alter table auctions add column relisted_at timestamptz;
  create unique index idx_auctions_sold on auctions (story_id)
    where status = 'ended' and relisted_at is null;
  create index idx_auctions_starting_offer_id on auctions (starting_offer_id);
`;
