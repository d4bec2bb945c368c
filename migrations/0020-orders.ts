// Orders: what the winner of an auction owes, what the maker decides where it is not paid; and how bids are counted.

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(ORDERS);
  await knex.raw(DECISIONS);
  await knex.raw(COUNTS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index idx_bids_uncounted, idx_auctions_decide_by;
    alter table auctions drop column decide_by;
    drop table orders;
  `);
}

// At most one that is neither expired nor cancelled: after an unpaid one a second chance makes another.
const ORDERS = `
  create table orders (
    order_id uuid primary key,
    auction_id uuid not null references auctions on delete restrict,
    story_id uuid not null references stories on delete restrict,
    maker_id uuid not null references users on delete restrict,
    buyer_id uuid not null references users on delete restrict,
    bid_id uuid not null references bids on delete restrict,
    amount decimal(10, 2) not null,
    currency varchar(3) not null,
    status text not null default 'awaiting_payment' check (
      status in ('awaiting_payment', 'paid', 'shipped', 'delivered', 'completed', 'expired',
        'cancelled', 'refunded')
    ),
    second_chance boolean not null default false,
    pay_by timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create unique index idx_orders_live on orders (auction_id)
    where status not in ('expired', 'cancelled');
  create index idx_orders_auction_id on orders (auction_id);
  create index idx_orders_pay_by on orders (pay_by) where status = 'awaiting_payment';
  create index idx_orders_buyer_id on orders (buyer_id, created_at);
  create index idx_orders_maker_id on orders (maker_id, created_at);
`;

// Until when the maker of an unpaid sale may choose; nobody's choice is to relist.
const DECISIONS = `
  alter table auctions add column decide_by timestamptz;
  create index idx_auctions_decide_by on auctions (decide_by)
    where decide_by is not null and relisted_at is null;
`;

// The bids of an auction are its newest seq without these few: counting them all would cost more with each.
const COUNTS = `
  create index idx_bids_uncounted on bids (auction_id) where is_raise or status = 'withdrawn';
`;
