// The seven seed tables, by their own names and columns. Foreign keys that would erase money or bid history restrict.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(PEOPLE);
  await knex.raw(STORIES);
  await knex.raw(AUCTIONS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table bids, auctions, offers, media_files, stories, user_profiles, users restrict',
  );
}

const PEOPLE = `
  create table users (
    user_id uuid primary key default gen_random_uuid(),
    email varchar(255) unique not null,
    password_hash varchar(255),
    user_type varchar(20) not null check (user_type in ('viewer', 'maker', 'admin')),
    email_verified boolean default false,
    phone varchar(20),
    phone_verified boolean default false,
    status varchar(20) default 'active' check (status in ('active', 'suspended', 'deleted')),
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    deleted_at timestamptz
  );
  create index idx_users_email on users (email);
  create index idx_users_type on users (user_type);
  create index idx_users_status on users (status);
  create index idx_users_created_at on users (created_at);

  create table user_profiles (
    profile_id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users on delete cascade,
    display_name varchar(100) not null,
    bio text,
    avatar_url varchar(500),
    location varchar(100),
    website varchar(500),
    instagram_handle varchar(50),
    preferences jsonb default '{}',
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  create index idx_user_profiles_user_id on user_profiles (user_id);
  create index idx_user_profiles_display_name on user_profiles (display_name);
`;

const STORIES = `
  create table stories (
    story_id uuid primary key default gen_random_uuid(),
    maker_id uuid not null references users on delete cascade,
    title varchar(200) not null,
    description text not null,
    category varchar(50),
    tags text[],
    status varchar(20) default 'draft' check (
      status in ('draft', 'submitted', 'approved', 'published', 'rejected', 'archived')
    ),
    minimum_offer decimal(10, 2) not null,
    currency varchar(3) default 'USD',
    carousel_config jsonb not null default '[]',
    sections jsonb default '{}',
    metadata jsonb default '{}',
    published_at timestamptz,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    deleted_at timestamptz
  );
  create index idx_stories_maker_id on stories (maker_id);
  create index idx_stories_status on stories (status);
  create index idx_stories_category on stories (category);
  create index idx_stories_published_at on stories (published_at);
  create index idx_stories_created_at on stories (created_at);
  create index idx_stories_tags on stories using gin (tags);

  create table media_files (
    media_id uuid primary key default gen_random_uuid(),
    story_id uuid references stories on delete cascade,
    file_type varchar(20) not null check (file_type in ('video', 'image', 'audio')),
    original_filename varchar(255) not null,
    file_path varchar(500) not null,
    file_size bigint not null,
    mime_type varchar(100) not null,
    duration integer,
    width integer,
    height integer,
    thumbnail_url varchar(500),
    processing_status varchar(20) default 'pending' check (
      processing_status in ('pending', 'processing', 'completed', 'failed')
    ),
    metadata jsonb default '{}',
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  create index idx_media_files_story_id on media_files (story_id);
  create index idx_media_files_type on media_files (file_type);
  create index idx_media_files_status on media_files (processing_status);
`;

const AUCTIONS = `
  create table offers (
    offer_id uuid primary key default gen_random_uuid(),
    story_id uuid not null references stories on delete restrict,
    buyer_id uuid not null references users on delete restrict,
    offer_amount decimal(10, 2) not null,
    currency varchar(3) default 'USD',
    message text,
    status varchar(20) default 'pending' check (
      status in ('pending', 'accepted', 'rejected', 'withdrawn', 'expired')
    ),
    responded_at timestamptz,
    response_message text,
    expires_at timestamptz,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  create index idx_offers_story_id on offers (story_id);
  create index idx_offers_buyer_id on offers (buyer_id);
  create index idx_offers_status on offers (status);
  create index idx_offers_created_at on offers (created_at);

  create table auctions (
    auction_id uuid primary key default gen_random_uuid(),
    story_id uuid not null references stories on delete restrict,
    starting_offer_id uuid references offers on delete restrict,
    current_bid_amount decimal(10, 2),
    current_bidder_id uuid references users on delete restrict,
    status varchar(20) default 'active' check (status in ('active', 'ended', 'cancelled')),
    start_time timestamptz not null,
    end_time timestamptz not null,
    actual_end_time timestamptz,
    minimum_bid_increment decimal(10, 2) default 5.00,
    soft_close_duration_minutes integer default 15,
    max_soft_close_minutes integer default 1440,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  create index idx_auctions_story_id on auctions (story_id);
  create index idx_auctions_status on auctions (status);
  create index idx_auctions_end_time on auctions (end_time);
  create index idx_auctions_current_bidder on auctions (current_bidder_id);

  create table bids (
    bid_id uuid primary key default gen_random_uuid(),
    auction_id uuid not null references auctions on delete restrict,
    bidder_id uuid not null references users on delete restrict,
    bid_amount decimal(10, 2) not null,
    currency varchar(3) default 'USD',
    status varchar(20) default 'active' check (
      status in ('active', 'outbid', 'withdrawn', 'winning')
    ),
    is_auto_bid boolean default false,
    created_at timestamptz default now()
  );
  create index idx_bids_auction_id on bids (auction_id);
  create index idx_bids_bidder_id on bids (bidder_id);
  create index idx_bids_status on bids (status);
  create index idx_bids_amount on bids (bid_amount desc);
`;
