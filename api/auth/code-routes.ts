// /auth/email, /auth/phone and /auth/password: codes that prove an address, and what a forgotten password needs.

import { z } from 'zod';

import type { Context } from '../context.js';
import { conflict } from '../errors.js';
import { clientOf } from '../http/client.js';
import { type Route, route } from '../http/define-route.js';
import { confirmEmail, setPhone } from '../users/change-user.js';
import { invalidCode, spendCode } from './codes.js';
import { findCaller } from './confirm-caller.js';
import { Email } from './email.js';
import { NewPassword } from './new-password.js';
import { requestReset, resetPassword } from './reset-password.js';
import { sendCode } from './send-code.js';

export const Code = z.string().regex(/^\d{6}$/, 'must be six digits');
const CodeBody = z.strictObject({ code: Code }).meta({ id: 'Code' });
const Phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a number in E.164: +15550001111');

export const codeRoutes = (context: Context): Route[] => [
  route({
    ...{ method: 'post', path: '/auth/email/code', tags: ['Accounts'], access: 'user' },
    summary: 'Mail a code to the address of your account',
    status: 204,
    errors: { 409: ['CONFLICT'] },
    async handle({ user }) {
      const { userId, email, emailVerified } = await findCaller(context, user);
      if (emailVerified) throw conflict('This address is confirmed already.');
      await sendCode(context, { userId, purpose: 'email', target: email });
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/email/verify', tags: ['Accounts'], access: 'user' },
    summary: 'Confirm the address of your account by the code',
    limit: 'proofTries',
    body: CodeBody,
    status: 204,
    errors: { 422: ['INVALID_CODE'] },
    async handle({ user, body }) {
      const target = await spendCode(context, { ...user, purpose: 'email', code: body.code });
      if (!target || !(await confirmEmail(context.db, user.userId, target))) throw invalidCode();
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/phone/code', tags: ['Accounts'], access: 'user' },
    summary: 'Send a code to a phone number',
    body: z.strictObject({ phone: Phone }).meta({ id: 'PhoneNumber' }),
    status: 204,
    handle: ({ user, body }) =>
      sendCode(context, { userId: user.userId, purpose: 'phone', target: body.phone }),
  }),

  route({
    ...{ method: 'post', path: '/auth/phone/verify', tags: ['Accounts'], access: 'user' },
    summary: 'Confirm the number by the code; it becomes the one of your account',
    limit: 'proofTries',
    body: CodeBody,
    status: 204,
    errors: { 422: ['INVALID_CODE'] },
    async handle({ user, body }) {
      const target = await spendCode(context, { ...user, purpose: 'phone', code: body.code });
      if (!target) throw invalidCode();
      await setPhone(context.db, user.userId, target);
    },
  }),

  route({
    ...{ method: 'post', path: '/auth/password/forgot', tags: ['Accounts'], access: 'anyone' },
    summary: 'Mail a code for a new password, if there is an account with this address',
    ignoreToken: true,
    limit: 'proofTries',
    body: z.strictObject({ email: Email }).meta({ id: 'ForgottenPassword' }),
    status: 204,
    handle: ({ body, request }) => requestReset(context, body.email, clientOf(request)),
  }),

  route({
    ...{ method: 'post', path: '/auth/password/reset', tags: ['Accounts'], access: 'anyone' },
    summary: 'Set a new password by the code; every session ends',
    ignoreToken: true,
    limit: 'proofTries',
    body: z
      .strictObject({ email: Email, code: Code, password: NewPassword })
      .meta({ id: 'PasswordReset' }),
    status: 204,
    errors: { 422: ['INVALID_CODE'] },
    handle: ({ body, request }) => resetPassword(context, body, clientOf(request)),
  }),
];
