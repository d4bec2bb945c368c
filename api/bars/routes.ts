// /users/me/bars and /admin/bars: who may not make offers and bid.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import {
  Pagination,
  PublicId,
  pageQuery,
  ReplyId,
  ReplyTime,
  toPagination,
  Words,
} from '../http/wire-types.js';
import { barUser, liftBar } from './bar-user.js';
import { countBars, listBars } from './queries.js';

const tags = ['Offers'] as const;
const OfUser = z.strictObject({ user_id: PublicId('user') });

const BarPage = z
  .strictObject({
    bars: z.array(
      z.strictObject({
        user_id: ReplyId('user'),
        reason: z.string().nullable(),
        created_at: ReplyTime,
      }),
    ),
    pagination: Pagination,
  })
  .meta({ id: 'BarPage' });

const SIDES = [
  {
    path: '/users/me/bars',
    access: 'maker',
    whom: 'from what you sell',
    reason: z.strictObject({ reason: Words(500).optional() }).meta({ id: 'BarByMaker' }),
    ofMaker: (userId: string): string | null => userId,
  },
  {
    path: '/admin/bars',
    access: 'admin',
    whom: 'everywhere',
    reason: z.strictObject({ reason: Words(500) }).meta({ id: 'BarEverywhere' }),
    ofMaker: (): string | null => null,
  },
] as const;

export const barRoutes = (context: Context): Route[] =>
  SIDES.flatMap(({ path, access, whom, reason, ofMaker }) => [
    route({
      method: 'get',
      path,
      summary: `List who is barred ${whom}, newest first`,
      tags,
      access,
      query: z.strictObject(pageQuery),
      status: 200,
      reply: BarPage,
      async handle({ query, user, db }) {
        const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
        const bars = await listBars(db, ofMaker(user.userId), page);
        return {
          bars: bars.map((bar) => ({
            user_id: bar.userId,
            reason: bar.reason,
            created_at: bar.createdAt,
          })),
          pagination: toPagination(query, await countBars(db, ofMaker(user.userId))),
        };
      },
    }),

    route({
      method: 'put',
      path: `${path}/:user_id`,
      summary: `Bar somebody ${whom}: no offers and no bids`,
      tags,
      access,
      stepUp: access === 'admin',
      params: OfUser,
      body: reason,
      status: 204,
      errors: { 404: ['USER_NOT_FOUND'], 422: ['CANNOT_BAR_SELF'] },
      handle: ({ params, body, user, request }) =>
        barUser(
          context,
          { ...actorOf(user, request), userId: user.userId },
          {
            userId: params.user_id,
            makerId: ofMaker(user.userId),
            reason: body.reason ?? null,
          },
        ),
    }),

    route({
      method: 'delete',
      path: `${path}/:user_id`,
      summary: `Let somebody buy again ${whom}`,
      tags,
      access,
      stepUp: access === 'admin',
      params: OfUser,
      status: 204,
      errors: { 404: ['USER_NOT_FOUND'] },
      handle: ({ params, user, request }) =>
        liftBar(context, actorOf(user, request), {
          userId: params.user_id,
          makerId: ofMaker(user.userId),
        }),
    }),
  ]);
