import { z } from 'zod';

import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { type Route, route } from '../http/define-route.js';
import { ReplyId, ReplyTime } from '../http/wire-types.js';
import { edgeOrigin, toAddress } from '../media/public-origin.js';
import { findOwnAccount } from './find-user.js';

const Account = z
  .strictObject({
    user_id: ReplyId('user'),
    email: z.string(),
    email_verified: z.boolean(),
    user_type: z.enum(['viewer', 'maker', 'admin']),
    status: z.enum(['active', 'suspended', 'deleted']),
    profile: z.strictObject({
      display_name: z.string(),
      bio: z.string().nullable(),
      avatar_url: z.string().nullable(),
    }),
    created_at: ReplyTime,
  })
  .meta({ id: 'Account' });

export const userRoutes = (context: Context): Route[] => [
  route({
    method: 'get',
    path: '/users/me',
    summary: 'Read your own account',
    tags: ['Accounts'],
    access: 'user',
    status: 200,
    reply: Account,
    async handle({ user, request }) {
      const account = await findOwnAccount(context.db, user.userId);
      if (!account) throw notFound();
      return {
        user_id: account.userId,
        email: account.email,
        email_verified: account.emailVerified,
        user_type: account.userType,
        status: account.status,
        profile: {
          display_name: account.displayName,
          bio: account.bio,
          avatar_url:
            account.avatarUrl && toAddress(account.avatarUrl, edgeOrigin(context.config, request)),
        },
        created_at: account.createdAt,
      };
    },
  }),
];
