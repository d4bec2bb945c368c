// /auth/nonce, /auth/google and /auth/apple: signing in by an ID token; /users/me/identities: such ways into an account.

import { z } from 'zod';

import type { Context } from '../context.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { ReplyTime, Words } from '../http/wire-types.js';
import { listOwnIdentities, unlinkIdentity } from './own-identities.js';
import { PROVIDER_NAMES, type ProviderName } from './providers.js';
import { SignInAnswer, signIn } from './sign-in.js';
import { enterByIdentity, issueNonce, linkIdentity } from './sign-in-elsewhere.js';

const proof = {
  id_token: z.string().min(1).max(8_192),
  nonce: z
    .string()
    .min(1)
    .max(256)
    .describe('From POST /auth/nonce; in the token as it is, or its SHA-256 in hex'),
};

export const providerRoutes = (context: Context): Route[] => [
  route({
    ...{ method: 'post', path: '/auth/nonce', tags: ['Accounts'], access: 'anyone' },
    summary: 'Get a nonce for the sign-in at Google or Apple, good once, for 10 minutes',
    ignoreToken: true,
    status: 200,
    reply: z.strictObject({ nonce: z.string() }).meta({ id: 'Nonce' }),
    handle: async () => ({ nonce: await issueNonce(context) }),
  }),
  enterBy(context, 'google', 'Google'),
  enterBy(context, 'apple', 'Apple'),

  route({
    ...{ method: 'post', path: '/users/me/identities', tags: ['Accounts'], access: 'user' },
    summary: 'Add a sign-in at Google or Apple to your account',
    stepUp: true,
    limit: 'proofTries',
    body: z
      .strictObject({ provider: z.enum(PROVIDER_NAMES), ...proof })
      .meta({ id: 'NewIdentity' }),
    status: 204,
    errors: { 401: ['INVALID_ID_TOKEN'], 409: ['CONFLICT', 'PROVIDER_OFF'] },
    handle: ({ user, body: { provider, id_token: idToken, nonce } }) =>
      linkIdentity(context, user, { provider, idToken, nonce }),
  }),

  route({
    ...{ method: 'get', path: '/users/me/identities', tags: ['Accounts'], access: 'user' },
    summary: 'List the sign-ins at Google or Apple of your account',
    status: 200,
    reply: z
      .strictObject({
        identities: z.array(z.strictObject({ provider: z.enum(PROVIDER_NAMES), since: ReplyTime })),
      })
      .meta({ id: 'IdentityList' }),
    handle: async ({ user }) => ({ identities: await listOwnIdentities(context, user) }),
  }),

  route({
    ...{ method: 'delete', path: '/users/me/identities/:provider', tags: ['Accounts'] },
    access: 'user',
    summary: 'Take a sign-in at Google or Apple off your account',
    stepUp: true,
    params: z.strictObject({ provider: z.enum(PROVIDER_NAMES) }),
    status: 204,
    errors: { 404: ['NOT_FOUND'], 409: ['LAST_SIGN_IN'] },
    handle: ({ user, params }) => unlinkIdentity(context, user, params.provider),
  }),
];

const enterBy = (context: Context, provider: ProviderName, name: string): Route =>
  route({
    ...{ method: 'post', path: `/auth/${provider}`, tags: ['Accounts'], access: 'anyone' },
    summary: `Sign in with an ID token of ${name}; the first time opens an account`,
    ignoreToken: true,
    limit: 'proofTries',
    body: z.strictObject({
      ...proof,
      user_type: z.enum(['viewer', 'maker']).default('viewer').describe('Of a new account'),
      display_name: Words(100).optional().describe('Of a new account'),
    }),
    status: 200,
    reply: SignInAnswer,
    errors: {
      401: ['INVALID_ID_TOKEN'],
      403: ['FORBIDDEN'],
      409: ['LINK_REQUIRED', 'PROVIDER_OFF'],
    },
    async handle({ body, request }) {
      const given = { provider, idToken: body.id_token, nonce: body.nonce };
      const newcomer = { userType: body.user_type, displayName: body.display_name ?? 'Newcomer' };
      const user = await enterByIdentity(context, given, newcomer);
      return signIn(context, user, clientOf(request));
    },
  });
