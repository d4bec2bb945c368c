// /auth/mfa: the second step of signing in, and turning it on and off.

import { z } from 'zod';

import type { Context } from '../context.js';
import { type ApiError, conflict } from '../errors.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import type { MessageKind } from '../outbox/message.js';
import { postMessage } from '../outbox/post-message.js';
import { answerChallenge } from './challenge.js';
import { Code } from './code-routes.js';
import { invalidCode } from './codes.js';
import { findCaller } from './confirm-caller.js';
import { hasSecondFactor, offerFactor, renewRecoveryCodes, turnOn } from './second-factor.js';
import { deleteFactor } from './second-factor-queries.js';
import { openSession, SignedIn } from './sign-in.js';

const RecoveryCodes = z
  .strictObject({ recovery_codes: z.array(z.string()).describe('Shown this once; each good once') })
  .meta({ id: 'RecoveryCodes' });

export const secondFactorRoutes = (context: Context): Route[] => [
  route({
    ...{ method: 'post', path: '/auth/mfa', tags: ['Accounts'], access: 'anyone' },
    summary: 'The second step of signing in: a code of the authenticator, or a recovery code',
    ignoreToken: true,
    limit: 'proofTries',
    body: z
      .strictObject({ mfa_token: z.string().min(1).max(256), code: z.string().min(6).max(32) })
      .meta({ id: 'SecondStep' }),
    status: 200,
    reply: SignedIn,
    errors: { 401: ['INVALID_TOKEN', 'INVALID_SECOND_FACTOR'] },
    async handle({ body, request }) {
      const client = clientOf(request);
      const given = { token: body.mfa_token, code: body.code };
      return openSession(context, await answerChallenge(context, given, client), client);
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/mfa/totp', tags: ['Accounts'], access: 'user' },
    summary: 'Get a secret for an authenticator; it asks for nothing before it is confirmed',
    stepUp: true,
    status: 200,
    reply: z
      .strictObject({ secret: z.string().describe('Base32'), otpauth_uri: z.string() })
      .meta({ id: 'TotpSecret' }),
    errors: { 409: ['CONFLICT'] },
    async handle({ user }) {
      const offered = await offerFactor(context, await findCaller(context, user));
      if (!offered) throw conflict('Two-step sign-in is on already.');
      return { secret: offered.secret, otpauth_uri: offered.uri };
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/mfa/totp/verify', tags: ['Accounts'], access: 'user' },
    summary: 'Turn two-step sign-in on by a first code; other sessions stay',
    stepUp: true,
    limit: 'proofTries',
    body: z.strictObject({ code: Code }),
    status: 200,
    reply: RecoveryCodes,
    errors: { 422: ['INVALID_CODE'] },
    async handle({ user, body }) {
      const codes = await context.db.transaction(async (trx) => {
        const made = await turnOn(context, trx, user.userId, body.code);
        if (made) await tell('second_factor_on', trx, user);
        return made;
      });
      if (!codes) throw invalidCode();
      return { recovery_codes: codes };
    },
  }),

  route({
    ...{ method: 'delete', path: '/auth/mfa/totp', tags: ['Accounts'], access: 'user' },
    summary: 'Turn two-step sign-in off',
    stepUp: true,
    status: 204,
    errors: { 409: ['CONFLICT'] },
    async handle({ user }) {
      await context.db.transaction(async (trx) => {
        if (!(await deleteFactor(trx, user.userId))) throw isOff();
        await tell('second_factor_off', trx, user);
      });
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/mfa/recovery-codes', tags: ['Accounts'], access: 'user' },
    summary: 'Replace the recovery codes by ten new ones',
    stepUp: true,
    status: 200,
    reply: RecoveryCodes,
    errors: { 409: ['CONFLICT'] },
    async handle({ user }) {
      if (!(await hasSecondFactor(context, user.userId))) throw isOff();
      return {
        recovery_codes: await context.db.transaction((trx) =>
          renewRecoveryCodes(context, trx, user.userId),
        ),
      };
    },
  }),
];

async function tell(
  kind: MessageKind,
  trx: Context['db'],
  caller: Parameters<typeof findCaller>[1],
): Promise<void> {
  const { userId, email } = await findCaller({ db: trx }, caller);
  await postMessage(trx, { userId, channel: 'mail', kind, recipient: email });
}

const isOff = (): ApiError => conflict('Two-step sign-in is off.');
