// A notice to somebody with an account, by mail: to the address that it has as the act is done.

import type { Knex } from 'knex';

import { findOwnAccount } from '../users/find-user.js';
import type { NewMessage } from './message.js';
import { postMessage } from './post-message.js';

/** A closed account hears nothing any more. */
export async function postNotice(
  trx: Knex.Transaction,
  userId: string,
  notice: Pick<NewMessage, 'kind' | 'facts' | 'dueAt'>,
): Promise<void> {
  const account = await findOwnAccount(trx, userId);
  if (!account || account.status === 'deleted') return;
  await postMessage(trx, { userId, channel: 'mail', recipient: account.email, ...notice });
}
