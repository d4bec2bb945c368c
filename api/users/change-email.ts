// Another e-mail address: a code to the new one proves it, and the old one is told.

import { invalidCode, spendCode } from '../auth/codes.js';
import { limitCodes, postCode } from '../auth/send-code.js';
import { warnOwner } from '../auth/warn-owner.js';
import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { toLimitKey } from '../http/rate-limit.js';
import { postMessage } from '../outbox/post-message.js';
import { setEmail } from './change-user.js';
import { findOwnAccount, findUserByEmail } from './find-user.js';

/** Answers alike for an address that has an account: its owner is mailed instead. @throws ApiError RATE_LIMITED */
export async function requestEmailChange(
  context: Pick<Context, 'db' | 'keys' | 'limits'>,
  userId: string,
  email: string,
): Promise<void> {
  await limitCodes(context, toLimitKey(userId), email);
  if (await findUserByEmail(context.db, email)) return warnOwner(context, email);
  const letter = { userId, purpose: 'new_email', target: email } as const;
  await context.db.transaction((trx) => postCode(context, trx, letter));
}

/** @throws ApiError INVALID_CODE, also where the address was taken meanwhile */
export async function changeEmail(
  context: Pick<Context, 'db' | 'keys'>,
  userId: string,
  code: string,
): Promise<void> {
  const email = await spendCode(context, { userId, purpose: 'new_email', code });
  if (!email) throw invalidCode();
  await context.db.transaction(async (trx) => {
    const user = await findOwnAccount(trx, userId);
    if (!user) throw notFound();
    if (await findUserByEmail(trx, email)) throw invalidCode();
    if (!(await setEmail(trx, userId, { before: user.email, after: email }))) throw invalidCode();
    await postMessage(trx, {
      ...{ userId, channel: 'mail', kind: 'email_changed', recipient: user.email },
    });
  });
}
