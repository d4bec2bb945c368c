// /admin/audit

import { z } from 'zod';

import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import {
  Pagination,
  PublicId,
  pageQuery,
  ReplyId,
  ReplyTime,
  toPagination,
} from '../http/wire-types.js';
import { countEntries, listEntries } from './queries.js';

const AuditPage = z
  .strictObject({
    entries: z.array(
      z.strictObject({
        at: ReplyTime,
        actor_id: ReplyId('user').nullable().describe('Null for what the system did by itself'),
        action: z.string(),
        subject: z.string(),
        origin: z
          .string()
          .nullable()
          .describe('Where it came from: an address block, or a process'),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
    pagination: Pagination,
  })
  .meta({ id: 'AuditPage' });

export const auditRoutes = (context: Context): Route[] => [
  route({
    method: 'get',
    path: '/admin/audit',
    summary: 'Read the audit, newest first',
    tags: ['Administration'],
    access: 'admin',
    query: z.strictObject({
      ...pageQuery,
      actor: PublicId('user').optional(),
      subject: z
        .string()
        .regex(/^[a-z0-9_:]{1,100}$/, 'must be an id, or flag: and a name')
        .optional(),
      action: z
        .string()
        .regex(/^[a-z0-9_.]{1,60}$/, 'must be the name of an act')
        .optional(),
    }),
    status: 200,
    reply: AuditPage,
    async handle({ query }) {
      const filter = { actorId: query.actor, subject: query.subject, action: query.action };
      const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
      const entries = await listEntries(context.db, filter, page);
      return {
        entries: entries.map(({ actorId, ...entry }) => ({ ...entry, actor_id: actorId })),
        pagination: toPagination(query, await countEntries(context.db, filter)),
      };
    },
  }),
];
