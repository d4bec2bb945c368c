// One move of an order: under the locks of its auction and its row, with its audit in the same transaction. Payment comes in here.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { awaitDecision, lockAuctionRow } from '../auctions/await-decision.js';
import { freeStory } from '../auctions/free-story.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import { ApiError } from '../errors.js';
import { postNotice } from '../outbox/post-notice.js';
import { toWords, wordsOf } from './open-order.js';
import { freesStory, mayBecome, type Order, type OrderStatus } from './order.js';
import { findOrder, isOverdue, lockOrder, saveStatus } from './queries.js';

/**
 * A cancelled or refunded order frees its story; an expired one leaves the choice to its maker.
 * @throws ApiError ORDER_NOT_FOUND, ORDER_MOVE_NOT_POSSIBLE
 */
export async function moveOrder(
  trx: Knex.Transaction,
  actor: Actor,
  { orderId, to }: { readonly orderId: string; readonly to: OrderStatus },
): Promise<Order> {
  const order = await lockInTurn(trx, orderId);
  if (!mayBecome(order.status, to)) {
    throw new ApiError(409, 'ORDER_MOVE_NOT_POSSIBLE', `This order is ${order.status}.`, {
      details: [{ field: 'status', message: `is ${order.status}`, status: order.status }],
    });
  }
  await saveStatus(trx, orderId, to);
  await recordAudit(trx, actor, {
    action: `order.${to}`,
    subject: toPublicId('order', orderId),
    before: { status: order.status },
    after: { status: to },
  });
  if (to === 'expired') await handBack(trx, order);
  if (freesStory(to)) await freeStory(trx, actor, order.auctionId);
  return { ...order, status: to };
}

/** @returns false where it has been paid, or ended, meanwhile */
export async function expireIfOverdue(
  trx: Knex.Transaction,
  actor: Actor,
  orderId: string,
): Promise<boolean> {
  await lockInTurn(trx, orderId);
  if (!(await isOverdue(trx, orderId))) return false;
  await moveOrder(trx, actor, { orderId, to: 'expired' });
  return true;
}

/** The auction's row first, as everywhere. @throws ApiError ORDER_NOT_FOUND */
async function lockInTurn(trx: Knex.Transaction, orderId: string): Promise<Order> {
  const known = await findOrder(trx, orderId);
  if (known) await lockAuctionRow(trx, known.auctionId);
  const order = known && (await lockOrder(trx, orderId));
  if (!order) throw orderNotFound();
  return order;
}

async function handBack(trx: Knex.Transaction, order: Order): Promise<void> {
  const decideBy = await awaitDecision(trx, order.auctionId);
  const facts = { ...wordsOf(order), decide_by: toWords(decideBy) };
  await postNotice(trx, order.makerId, { kind: 'order_unpaid', facts });
  await postNotice(trx, order.buyer.userId, { kind: 'order_lapsed', facts });
}

export const orderNotFound = () => new ApiError(404, 'ORDER_NOT_FOUND', 'There is no such order.');
