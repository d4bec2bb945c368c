// What decides an auction, in its own row, so that whoever holds that row's lock knows all; and the order of its bids.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(AUCTIONS);
  await knex.raw(BIDS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index idx_bids_standing;
    alter table bids
      drop constraint bids_auction_id_seq_key,
      drop column seq, drop column asked_amount, drop column max_amount, drop column is_raise, drop column hash;
    create index idx_bids_auction_id on bids (auction_id);
    create index idx_bids_status on bids (status);
    drop index idx_auctions_running, idx_auctions_due;
    alter table auctions
      drop column maker_id, drop column currency, drop column leader_max, drop column leading_bid_id,
      drop column bid_seq, drop column original_end_time, drop column last_bid_at, drop column last_hash;
    alter table auctions reset (fillfactor);
    create index idx_auctions_status on auctions (status);
    create index idx_auctions_end_time on auctions (end_time);
    create index idx_auctions_current_bidder on auctions (current_bidder_id);
  `);
}

// An index on a column that each bid changes would make each bid write to the index as well (no HOT update), so those
// of the seed go; half of each page is left free for the next version of a row.
const AUCTIONS = `
  drop index idx_auctions_current_bidder, idx_auctions_end_time, idx_auctions_status;
  alter table auctions set (fillfactor = 50);
  alter table auctions
    add column maker_id uuid not null references users on delete cascade,
    add column currency varchar(3) not null,
    add column leader_max decimal(10, 2) not null,
    add column leading_bid_id uuid not null,
    add column bid_seq integer not null,
    add column original_end_time timestamptz not null,
    add column last_bid_at timestamptz not null,
    add column last_hash bytea not null;
  create unique index idx_auctions_running on auctions (story_id) where status = 'active';
  create index idx_auctions_due on auctions (end_time) where status = 'active';
`;

// What was asked for is kept beside what came of it: leaving a bid out, the others are replayed.
const BIDS = `
  drop index idx_bids_auction_id, idx_bids_status;
  alter table bids
    add column seq integer not null,
    add column asked_amount decimal(10, 2) not null,
    add column max_amount decimal(10, 2) not null,
    add column is_raise boolean not null default false,
    add column hash bytea not null,
    add constraint bids_auction_id_seq_key unique (auction_id, seq);
  create index idx_bids_standing on bids (auction_id) where status = 'active';
`;
