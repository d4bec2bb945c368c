// /users: your own account, and what a maker shows of theirs.

import { z } from 'zod';

import { findCaller } from '../auth/confirm-caller.js';
import { Email } from '../auth/email.js';
import { NewPassword } from '../auth/new-password.js';
import { hasSecondFactor } from '../auth/second-factor.js';
import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { PublicId, ReplyId, ReplyTime, Words } from '../http/wire-types.js';
import { edgeOrigin, toAddress } from '../media/public-origin.js';
import { changeEmail, requestEmailChange } from './change-email.js';
import { changePassword } from './change-password.js';
import { changeProfile } from './change-user.js';
import { deleteAccount } from './delete-account.js';
import { findMaker, findOwnAccount } from './find-user.js';

const profile = {
  display_name: z.string(),
  bio: z.string().nullable(),
  avatar_url: z.string().nullable(),
  location: z.string().nullable(),
  website: z.string().nullable(),
  instagram_handle: z.string().nullable(),
};

const Account = z
  .strictObject({
    user_id: ReplyId('user'),
    email: z.string(),
    email_verified: z.boolean(),
    phone: z.string().nullable(),
    phone_verified: z.boolean(),
    two_step: z.boolean().describe('Whether signing in asks for a second factor'),
    user_type: z.enum(['viewer', 'maker', 'admin']),
    status: z.enum(['active', 'suspended', 'deleted']),
    profile: z.strictObject(profile),
    created_at: ReplyTime,
  })
  .meta({ id: 'Account' });

const Maker = z.strictObject({ maker_id: ReplyId('user'), ...profile }).meta({ id: 'Maker' });

/** Shown to others, and never fetched by us. */
const Website = z
  .url({ protocol: /^https?$/, message: 'must be an address that starts with https://' })
  .max(500, 'must have at most 500 characters');

const ProfileChange = z
  .strictObject({
    display_name: Words(100).optional(),
    bio: Words(2_000, 0).nullable().optional(),
    location: Words(100).nullable().optional(),
    website: Website.nullable().optional(),
    instagram_handle: z
      .string()
      .regex(/^[A-Za-z0-9._]{1,30}$/, 'must be a name at Instagram, without @')
      .nullable()
      .optional(),
  })
  .meta({ id: 'ProfileChange' });

export const userRoutes = (context: Context): Route[] => {
  const read = async (userId: string, request: Parameters<typeof edgeOrigin>[1]) => {
    const account = await findOwnAccount(context.db, userId);
    if (!account) throw notFound();
    const origin = edgeOrigin(context.config, request);
    return {
      user_id: account.userId,
      email: account.email,
      email_verified: account.emailVerified,
      phone: account.phone,
      phone_verified: account.phoneVerified,
      two_step: await hasSecondFactor(context, userId),
      user_type: account.userType,
      status: account.status,
      profile: toProfile(account, origin),
      created_at: account.createdAt,
    };
  };
  return [
    route({
      ...{ method: 'get', path: '/users/me', tags: ['Accounts'], access: 'user' },
      summary: 'Read your own account',
      status: 200,
      reply: Account,
      handle: ({ user, request }) => read(user.userId, request),
    }),

    route({
      ...{ method: 'patch', path: '/users/me', tags: ['Accounts'], access: 'user' },
      summary: 'Change your profile; fields left out stay',
      body: ProfileChange,
      status: 200,
      reply: Account,
      async handle({ user, body, request }) {
        await changeProfile(context.db, user.userId, body);
        return read(user.userId, request);
      },
    }),

    route({
      ...{ method: 'delete', path: '/users/me', tags: ['Accounts'], access: 'user' },
      summary: 'Delete your account: every session ends',
      stepUp: true,
      status: 204,
      errors: { 409: ['OPEN_TRADE'] },
      handle: ({ user }) => deleteAccount(context, user.userId),
    }),

    route({
      ...{ method: 'post', path: '/users/me/password', tags: ['Accounts'], access: 'user' },
      summary: 'Change your password, or set a first one; other sessions end',
      stepUp: true,
      limit: 'proofTries',
      body: z
        .strictObject({
          current_password: z.string().min(1).max(1_024).optional(),
          password: NewPassword,
        })
        .meta({ id: 'PasswordChange' }),
      status: 204,
      errors: { 403: ['WRONG_PASSWORD'] },
      async handle({ user, body, request }) {
        const own = await findCaller(context, user);
        const given = { current: body.current_password ?? '', next: body.password };
        await changePassword(
          context,
          own,
          { ...given, sessionId: user.sessionId },
          clientOf(request),
        );
      },
    }),

    route({
      ...{ method: 'post', path: '/users/me/email', tags: ['Accounts'], access: 'user' },
      summary: 'Mail a code to a new address',
      stepUp: true,
      body: z.strictObject({ email: Email }).meta({ id: 'EmailChange' }),
      status: 204,
      handle: ({ user, body }) => requestEmailChange(context, user.userId, body.email),
    }),

    route({
      ...{ method: 'post', path: '/users/me/email/verify', tags: ['Accounts'], access: 'user' },
      summary: 'Move your account to the new address by the code',
      stepUp: true,
      limit: 'proofTries',
      body: z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be six digits') }),
      status: 200,
      reply: Account,
      errors: { 422: ['INVALID_CODE'] },
      async handle({ user, body, request }) {
        await changeEmail(context, user.userId, body.code);
        return read(user.userId, request);
      },
    }),

    route({
      ...{ method: 'get', path: '/makers/:maker_id', tags: ['Accounts'], access: 'anyone' },
      summary: 'Read what a maker shows of themselves',
      params: z.strictObject({ maker_id: PublicId('user') }),
      status: 200,
      reply: Maker,
      async handle({ params, request }) {
        const maker = await findMaker(context.db, params.maker_id);
        if (!maker) throw notFound();
        const shown = toProfile(maker, edgeOrigin(context.config, request));
        return { maker_id: maker.userId, ...shown };
      },
    }),
  ];
};

const toProfile = (
  user: NonNullable<Awaited<ReturnType<typeof findMaker>>>,
  origin: ReturnType<typeof edgeOrigin>,
) => ({
  display_name: user.displayName,
  bio: user.bio,
  avatar_url: user.avatarUrl && toAddress(user.avatarUrl, origin),
  location: user.location,
  website: user.website,
  instagram_handle: user.instagramHandle,
});
