// An order as the API tells it to the pages, and how it stands in words.

import { toDay } from './day.js';
import { toMoney } from './money.js';

export interface Order {
  readonly order_id: string;
  readonly story_id: string;
  readonly story_title: string;
  readonly buyer_name: string;
  readonly amount: number;
  readonly currency: string;
  readonly status:
    | 'awaiting_payment'
    | 'paid'
    | 'shipped'
    | 'delivered'
    | 'completed'
    | 'expired'
    | 'cancelled'
    | 'refunded';
  readonly second_chance: boolean;
  readonly pay_by: string;
  readonly created_at: string;
}

/** @param side of whoever reads it */
export function inWords(order: Order, side: 'buyer' | 'maker'): string {
  const amount = toMoney(order.amount, order.currency);
  const { status } = order;
  if (status !== 'awaiting_payment') return `${amount}: ${WORDS[status]}.`;
  return side === 'buyer'
    ? `You owe ${amount}, to be paid until ${toDay(order.pay_by)}.`
    : `${order.buyer_name || 'The buyer'} owes you ${amount}, to be paid until ${toDay(order.pay_by)}.`;
}

const WORDS: Readonly<Record<Exclude<Order['status'], 'awaiting_payment'>, string>> = {
  paid: 'paid, not yet sent',
  shipped: 'on its way',
  delivered: 'delivered',
  completed: 'completed',
  expired: 'not paid in time',
  cancelled: 'cancelled',
  refunded: 'paid back',
};
