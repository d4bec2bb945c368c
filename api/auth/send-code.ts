// Sends a code to an address, so often and no more.

import type { Knex } from 'knex';

import type { Context } from '../context.js';
import { refuseExceeded, toLimitKey } from '../http/rate-limit.js';
import type { MessageKind } from '../outbox/message.js';
import { postMessage } from '../outbox/post-message.js';
import type { CodePurpose } from './code-queries.js';
import { createCode } from './codes.js';

interface CodeLetter {
  readonly userId: string;
  readonly purpose: CodePurpose;
  /** An e-mail address, or for `phone` a number. */
  readonly target: string;
}

/** @throws ApiError RATE_LIMITED */
export async function sendCode(
  context: Pick<Context, 'db' | 'keys' | 'limits'>,
  letter: CodeLetter,
): Promise<void> {
  await limitCodes(context, toLimitKey(letter.userId), letter.target);
  await context.db.transaction((trx) => postCode(context, trx, letter));
}

/** Without a limit: for what is itself limited. */
export async function postCode(
  context: Pick<Context, 'keys'>,
  trx: Knex.Transaction,
  letter: CodeLetter,
): Promise<void> {
  const code = await createCode(context, trx, letter);
  await postMessage(trx, {
    userId: letter.userId,
    channel: letter.purpose === 'phone' ? 'sms' : 'mail',
    kind: `${letter.purpose}_code` satisfies MessageKind,
    recipient: letter.target,
    facts: { code },
  });
}

/** @throws ApiError RATE_LIMITED */
export async function limitCodes(
  { limits }: Pick<Context, 'limits'>,
  asker: string,
  target: string,
): Promise<void> {
  refuseExceeded('codes', await limits.spend('codes', asker));
  const key = toLimitKey(target);
  refuseExceeded('codesEverywhere', await limits.spend('codesEverywhere', key));
}
