import { z } from 'zod';

import type { Context } from '../context.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { Words } from '../http/wire-types.js';
import { checkPassword } from './check-password.js';
import { codeRoutes } from './code-routes.js';
import { Email } from './email.js';
import { logOut } from './log-out.js';
import { NewPassword } from './new-password.js';
import { providerRoutes } from './provider-routes.js';
import { refreshSession } from './refresh-session.js';
import { registerUser } from './register-user.js';
import { secondFactorRoutes } from './second-factor-routes.js';
import { sessionRoutes } from './session-routes.js';
import { account, SignInAnswer, signIn, tokens, toWire } from './sign-in.js';

const RefreshText = z.string().min(1).max(256);

const Registration = z
  .strictObject({
    email: Email,
    password: NewPassword,
    user_type: z.enum(['viewer', 'maker']),
    profile: z.strictObject({ display_name: Words(100), bio: Words(2_000, 0).optional() }),
  })
  .meta({ id: 'Registration' });

const Registered = z
  .strictObject({
    ...account,
    profile: z.strictObject({ display_name: z.string(), bio: z.string().nullable() }),
    ...tokens,
  })
  .meta({ id: 'Registered' });
const TokenPair = z.strictObject(tokens).meta({ id: 'TokenPair' });

export const authRoutes = (context: Context): Route[] => [
  ...codeRoutes(context),
  ...sessionRoutes(context),
  ...secondFactorRoutes(context),
  ...providerRoutes(context),
  route({
    method: 'post',
    path: '/auth/register',
    summary: 'Open an account and sign in to it',
    tags: ['Accounts'],
    access: 'anyone',
    ignoreToken: true,
    limit: 'register',
    body: Registration,
    status: 201,
    reply: Registered,
    errors: { 409: ['EMAIL_TAKEN'] },
    async handle({ body, request }) {
      const given = {
        email: body.email,
        password: body.password,
        userType: body.user_type,
        displayName: body.profile.display_name,
        bio: body.profile.bio ?? null,
      };
      const made = await registerUser(context, given, clientOf(request));
      return {
        user_id: made.user.userId,
        email: made.user.email,
        user_type: made.user.userType,
        profile: { display_name: made.user.displayName, bio: made.user.bio },
        ...toWire(made.tokens),
      };
    },
  }),

  route({
    method: 'post',
    path: '/auth/login',
    summary: 'Sign in with an e-mail address and a password',
    tags: ['Accounts'],
    access: 'anyone',
    ignoreToken: true,
    limit: 'login',
    body: z
      .strictObject({ email: Email, password: z.string().min(1).max(1_024) })
      .meta({ id: 'Login' }),
    status: 200,
    reply: SignInAnswer,
    errors: { 401: ['INVALID_CREDENTIALS'], 403: ['FORBIDDEN'] },
    async handle({ body, request }) {
      const client = clientOf(request);
      const user = await checkPassword(context, body, client);
      return await signIn(context, user, client);
    },
  }),

  route({
    method: 'post',
    path: '/auth/refresh',
    summary: 'Trade a refresh token for the next pair of tokens',
    tags: ['Accounts'],
    access: 'anyone',
    ignoreToken: true,
    limit: 'refresh',
    body: z.strictObject({ refresh_token: RefreshText }).meta({ id: 'Refresh' }),
    status: 200,
    reply: TokenPair,
    errors: { 401: ['INVALID_TOKEN', 'REFRESH_REUSED'] },
    handle: async ({ body, request }) =>
      toWire(await refreshSession(context, body.refresh_token, clientOf(request))),
  }),

  route({
    method: 'post',
    path: '/auth/logout',
    summary: 'End the session of the bearer token, of the refresh token, or of both',
    tags: ['Accounts'],
    access: 'anyone',
    ignoreToken: true,
    body: z.strictObject({ refresh_token: RefreshText.optional() }).optional(),
    status: 204,
    errors: { 401: ['UNAUTHENTICATED', 'INVALID_TOKEN'] },
    handle: ({ body, request }) => logOut(context, request, body?.refresh_token ?? null),
  }),
];
