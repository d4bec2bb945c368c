// /orders and /users/me/orders

import { z } from 'zod';

import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import {
  Currency,
  Pagination,
  PublicId,
  pageQuery,
  ReplyId,
  ReplyMoney,
  ReplyTime,
  toPagination,
} from '../http/wire-types.js';
import { orderNotFound } from './move-order.js';
import { ORDER_STATUSES, type Order } from './order.js';
import { countOrders, findOrder, listOrders } from './queries.js';

const tags = ['Orders'] as const;

export const OrderReply = z
  .strictObject({
    order_id: ReplyId('order'),
    auction_id: ReplyId('auction'),
    story_id: ReplyId('story'),
    story_title: z.string(),
    maker_id: ReplyId('user'),
    buyer_id: ReplyId('user'),
    buyer_name: z.string(),
    amount: ReplyMoney,
    currency: Currency,
    status: z.enum(ORDER_STATUSES),
    second_chance: z.boolean().describe('For the next bidder, where the winner did not pay'),
    pay_by: ReplyTime,
    created_at: ReplyTime,
  })
  .meta({ id: 'Order' });

const toView = (order: Order): z.input<typeof OrderReply> => ({
  order_id: order.orderId,
  auction_id: order.auctionId,
  story_id: order.storyId,
  story_title: order.storyTitle,
  maker_id: order.makerId,
  buyer_id: order.buyer.userId,
  buyer_name: order.buyer.displayName,
  amount: order.amount,
  currency: order.currency,
  status: order.status,
  second_chance: order.secondChance,
  pay_by: order.payBy,
  created_at: order.createdAt,
});

export const orderRoutes = (context: Context): Route[] => [
  route({
    method: 'get',
    path: '/users/me/orders',
    summary: 'List your orders, newest first: what you bought, or what you sold',
    tags,
    access: 'user',
    query: z.strictObject({
      ...pageQuery,
      side: z.enum(['buyer', 'maker']).default('buyer'),
      status: z.enum(ORDER_STATUSES).optional(),
    }),
    status: 200,
    reply: z
      .strictObject({ orders: z.array(OrderReply), pagination: Pagination })
      .meta({ id: 'OrderPage' }),
    async handle({ query, user }) {
      const filter = { side: query.side, userId: user.userId, status: query.status };
      const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
      const orders = await listOrders(context.db, filter, page);
      return {
        orders: orders.map(toView),
        pagination: toPagination(query, await countOrders(context.db, filter)),
      };
    },
  }),

  route({
    method: 'get',
    path: '/orders/:order_id',
    summary: 'Read an order that you are to pay, or one of what you sold',
    tags,
    access: 'user',
    params: z.strictObject({ order_id: PublicId('order') }),
    status: 200,
    reply: OrderReply,
    errors: { 404: ['ORDER_NOT_FOUND'] },
    async handle({ params, user, db }) {
      const order = await findOrder(db, params.order_id);
      const theirs = [order?.makerId, order?.buyer.userId].includes(user.userId);
      if (!order || (!theirs && user.userType !== 'admin')) throw orderNotFound();
      return toView(order);
    },
  }),
];
