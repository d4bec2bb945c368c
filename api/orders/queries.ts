// All SQL on orders.

import type { Knex } from 'knex';

import { toDecimalText, toMinorUnits } from '../../pipeline/platform/money.js';
import { type Order, type OrderStatus, PAY_SECONDS } from './order.js';

export type NewOrder = Pick<
  Order,
  'orderId' | 'auctionId' | 'storyId' | 'makerId' | 'bidId' | 'amount' | 'currency' | 'secondChance'
> & { readonly buyerId: string };

/** The time to pay begins now, by the database's clock: an end that was found late takes none of it. */
export async function insertOrder(trx: Knex.Transaction, order: NewOrder): Promise<void> {
  await trx('orders').insert({
    order_id: order.orderId,
    auction_id: order.auctionId,
    story_id: order.storyId,
    maker_id: order.makerId,
    buyer_id: order.buyerId,
    bid_id: order.bidId,
    amount: toDecimalText(order.amount),
    currency: order.currency,
    second_chance: order.secondChance,
    created_at: trx.raw('clock_timestamp()'),
    pay_by: trx.raw(`clock_timestamp() + ? * interval '1 second'`, [PAY_SECONDS]),
  });
}

export async function findOrder(db: Knex, orderId: string): Promise<Order | undefined> {
  const row = await described(db).where('o.order_id', orderId).first();
  return row && toOrder(row);
}

/** As buyer or maker: neither completed nor over otherwise. */
export async function findOpenOrder(db: Knex, userId: string): Promise<boolean> {
  const row = await db('orders')
    .where((either) => either.where({ buyer_id: userId }).orWhere({ maker_id: userId }))
    .whereIn('status', ['awaiting_payment', 'paid', 'shipped', 'delivered'])
    .first(db.raw('1'));
  return row !== undefined;
}

/** Where an order that is neither expired nor cancelled is there, it is the only one. */
export async function findLiveOrder(db: Knex, auctionId: string): Promise<Order | undefined> {
  const row = await described(db)
    .where('o.auction_id', auctionId)
    .whereNotIn('o.status', ['expired', 'cancelled'])
    .first();
  return row && toOrder(row);
}

export async function lockOrder(
  trx: Knex.Transaction,
  orderId: string,
): Promise<Order | undefined> {
  const row = await described(trx).where('o.order_id', orderId).forNoKeyUpdate('o').first();
  return row && toOrder(row);
}

export async function saveStatus(
  trx: Knex.Transaction,
  orderId: string,
  status: OrderStatus,
): Promise<void> {
  await trx('orders')
    .where({ order_id: orderId })
    .update({ status, updated_at: trx.raw('clock_timestamp()') });
}

/** By the database's clock. */
export async function isOverdue(trx: Knex.Transaction, orderId: string): Promise<boolean> {
  const row = await trx('orders')
    .where({ order_id: orderId, status: 'awaiting_payment' })
    .whereRaw('pay_by <= clock_timestamp()')
    .first(trx.raw('1'));
  return row !== undefined;
}

export const listOverdue = (
  db: Knex,
  most: number,
): Promise<{ orderId: string; auctionId: string }[]> =>
  db('orders')
    .where({ status: 'awaiting_payment' })
    .whereRaw('pay_by <= clock_timestamp()')
    .orderBy('pay_by')
    .limit(most)
    .select({ orderId: 'order_id', auctionId: 'auction_id' });

/** Everybody whom an order of this auction was for. */
export const listBuyers = (db: Knex, auctionId: string): Promise<string[]> =>
  db('orders').where({ auction_id: auctionId }).pluck('buyer_id');

export interface OrderFilter {
  readonly side: 'buyer' | 'maker';
  readonly userId: string;
  readonly status?: OrderStatus | undefined;
}

/** Newest first. */
export async function listOrders(
  db: Knex,
  filter: OrderFilter,
  page: { limit: number; offset: number },
): Promise<Order[]> {
  const rows = await filtered(described(db), filter)
    .orderBy([
      { column: 'o.created_at', order: 'desc' },
      { column: 'o.order_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset);
  return rows.map(toOrder);
}

export async function countOrders(db: Knex, filter: OrderFilter): Promise<number> {
  const row = await filtered(db('orders as o'), filter).first<{ total: string }>(
    db.raw('count(*) as total'),
  );
  return Number(row.total);
}

function filtered<Q extends Knex.QueryBuilder>(query: Q, { side, userId, status }: OrderFilter): Q {
  query.where(side === 'buyer' ? 'o.buyer_id' : 'o.maker_id', userId);
  if (status) query.where('o.status', status);
  return query;
}

interface OrderRow {
  order_id: string;
  auction_id: string;
  story_id: string;
  title: string;
  maker_id: string;
  buyer_id: string;
  display_name: string | null;
  bid_id: string;
  amount: string;
  currency: string;
  status: OrderStatus;
  second_chance: boolean;
  pay_by: Date;
  created_at: Date;
}

const described = (db: Knex) =>
  db<OrderRow>('orders as o')
    .join('stories as s', 's.story_id', 'o.story_id')
    .leftJoin('user_profiles as p', 'p.user_id', 'o.buyer_id')
    .select<OrderRow[]>('o.*', 's.title', 'p.display_name');

const toOrder = (row: OrderRow): Order => ({
  orderId: row.order_id,
  auctionId: row.auction_id,
  storyId: row.story_id,
  storyTitle: row.title,
  makerId: row.maker_id,
  buyer: { userId: row.buyer_id, displayName: row.display_name ?? '' },
  bidId: row.bid_id,
  amount: toMinorUnits(row.amount),
  currency: row.currency,
  status: row.status,
  secondChance: row.second_chance,
  payBy: row.pay_by,
  createdAt: row.created_at,
});
