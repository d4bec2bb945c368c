// TEMP
import type { Knex } from 'knex';
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table auctions add column maker_id uuid, add column leader_max decimal(10,2), add column leading_bid_id uuid, add column bid_seq bigint not null default 0, add column original_end_time timestamptz, add column last_bid_at timestamptz;
  alter table bids add column seq bigint, add column max_amount decimal(10,2), add column is_raise boolean not null default false;
  create unique index on bids (auction_id, seq); create unique index on auctions(story_id) where status='active'`);
}
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`alter table auctions drop column maker_id`);
}
