// Opens the order of an auction that was won, in the transaction of its end: with the notices and the reminders.

import type { Knex } from 'knex';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount, toDecimalText } from '../../pipeline/platform/money.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { postNotice } from '../outbox/post-notice.js';
import { type Order, REMINDERS_BEFORE_SECONDS } from './order.js';
import { findOrder, insertOrder, type NewOrder } from './queries.js';

/** Called with the auction's row locked. A second live order of one auction cannot be written. */
export async function openOrder(
  trx: Knex.Transaction,
  actor: Actor,
  given: Omit<NewOrder, 'orderId'>,
): Promise<Order> {
  const orderId = newId();
  await insertOrder(trx, { ...given, orderId });
  const order = await findOrder(trx, orderId);
  if (!order) throw new Error('An order that was just made is not there');
  await recordAudit(trx, actor, {
    action: 'order.open',
    subject: toPublicId('order', orderId),
    before: null,
    after: {
      status: order.status,
      amount: toAmount(order.amount),
      auction_id: toPublicId('auction', order.auctionId),
      second_chance: order.secondChance,
    },
  });
  await tell(trx, order);
  return order;
}

async function tell(trx: Knex.Transaction, order: Order): Promise<void> {
  const facts = wordsOf(order);
  const kind = order.secondChance ? 'second_chance' : 'auction_won';
  await postNotice(trx, order.buyer.userId, { kind, facts });
  if (!order.secondChance) await postNotice(trx, order.makerId, { kind: 'auction_sold', facts });
  for (const seconds of REMINDERS_BEFORE_SECONDS) {
    await postNotice(trx, order.buyer.userId, {
      kind: 'payment_reminder',
      facts,
      dueAt: new Date(order.payBy.getTime() - seconds * 1000),
    });
  }
}

export const wordsOf = (order: Order) => ({
  order_id: order.orderId,
  title: order.storyTitle,
  amount: `${toDecimalText(order.amount)} ${order.currency}`,
  pay_by: toWords(order.payBy),
});

/** `23 November 2026, 12:30 UTC` */
export const toWords = (time: Date): string =>
  `${time.toLocaleString('en-GB', {
    ...{ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    timeZone: 'UTC',
  })} UTC`.replace(' at ', ', ');
