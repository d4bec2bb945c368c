// The end of an account: soft, with all its sessions.

import { endAllSessions } from '../auth/end-sessions.js';
import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { postMessage } from '../outbox/post-message.js';
import { markDeleted } from './change-user.js';
import { findOwnAccount } from './find-user.js';

/**
 * Closes the account: its sessions end and nobody signs in to it again. The address stays taken until its data is
 * erased, which is a rule of its own.
 */
export async function deleteAccount(
  context: Pick<Context, 'db' | 'sessions'>,
  userId: string,
): Promise<void> {
  await context.db.transaction(async (trx) => {
    const user = await findOwnAccount(trx, userId);
    if (!user || !(await markDeleted(trx, userId))) throw notFound();
    await endAllSessions(trx, userId);
    await postMessage(trx, {
      ...{ userId, channel: 'mail', kind: 'account_deleted', recipient: user.email },
    });
  });
  context.sessions.forgetUser(userId);
}
