// /auth/sessions and /auth/confirm: where you are signed in, and the proof that sensitive acts ask for.

import { z } from 'zod';

import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { PublicId, ReplyId, ReplyTime } from '../http/wire-types.js';
import { confirmCaller, findCaller } from './confirm-caller.js';
import { endSessionsOf } from './queries.js';
import { sendCode } from './send-code.js';
import { endOwnSession, listSessions } from './session-queries.js';

const SessionList = z
  .strictObject({
    sessions: z.array(
      z.strictObject({
        session_id: ReplyId('session'),
        device: z.string().describe('What it runs on'),
        address_block: z.string().nullable().describe('The network it began in'),
        started_at: ReplyTime,
        last_seen_at: ReplyTime,
        current: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'SessionList' });

export const sessionRoutes = (context: Context): Route[] => [
  route({
    ...{ method: 'get', path: '/auth/sessions', tags: ['Accounts'], access: 'user' },
    summary: 'List where you are signed in',
    status: 200,
    reply: SessionList,
    async handle({ user }) {
      const sessions = await listSessions(context.db, user.userId);
      return {
        sessions: sessions.map((session) => ({
          session_id: session.sessionId,
          device: session.program,
          address_block: session.addressBlock,
          started_at: session.startedAt,
          last_seen_at: session.lastSeenAt,
          current: session.sessionId === user.sessionId,
        })),
      };
    },
  }),

  route({
    ...{ method: 'delete', path: '/auth/sessions', tags: ['Accounts'], access: 'user' },
    summary: 'End all your sessions but this one',
    status: 204,
    async handle({ user }) {
      await endSessionsOf(context.db, user.userId, 'revoked', user.sessionId);
      context.sessions.forgetUser(user.userId);
    },
  }),

  route({
    ...{ method: 'delete', path: '/auth/sessions/:session_id', tags: ['Accounts'], access: 'user' },
    summary: 'End one of your sessions',
    params: z.strictObject({ session_id: PublicId('session') }),
    status: 204,
    async handle({ user, params }) {
      if (!(await endOwnSession(context.db, user.userId, params.session_id))) throw notFound();
      context.sessions.forget(params.session_id);
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/confirm', tags: ['Accounts'], access: 'user' },
    summary: 'Prove again who you are, for acts that ask for it',
    limit: 'proofTries',
    body: z
      .strictObject({
        password: z.string().min(1).max(1_024).optional(),
        code: z.string().min(6).max(32).optional(),
      })
      .meta({ id: 'Confirmation' }),
    status: 204,
    errors: {
      403: ['WRONG_PASSWORD', 'INVALID_SECOND_FACTOR'],
      422: ['INVALID_CODE'],
    },
    handle: ({ user, body, request }) => confirmCaller(context, user, body, clientOf(request)),
  }),

  route({
    ...{ method: 'post', path: '/auth/confirm/code', tags: ['Accounts'], access: 'user' },
    summary:
      'Mail the code that proves who you are where there is neither second factor nor password',
    status: 204,
    async handle({ user }) {
      const { userId, email } = await findCaller(context, user);
      await sendCode(context, { userId, purpose: 'confirm', target: email });
    },
  }),
];
