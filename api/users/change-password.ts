// A new password for who knows the present one; the other sessions end.

import { checkOwnPassword } from '../auth/confirm-caller.js';
import { endOtherSessions } from '../auth/end-sessions.js';
import { hashPassword } from '../auth/password.js';
import type { Context } from '../context.js';
import type { Client } from '../http/client.js';
import { postMessage } from '../outbox/post-message.js';
import { setPassword } from './change-user.js';
import type { UserWithPassword } from './find-user.js';

/** An account that signs in elsewhere has no current one. @throws ApiError WRONG_PASSWORD or RATE_LIMITED */
export async function changePassword(
  context: Pick<Context, 'db' | 'limits' | 'passwords' | 'sessions'>,
  user: UserWithPassword,
  given: { readonly current: string; readonly next: string; readonly sessionId: string },
  client: Client,
): Promise<void> {
  if (user.passwordHash) await checkOwnPassword(context, user, given.current, client);
  const passwordHash = await context.passwords.withPlace(() => hashPassword(given.next));
  const { userId, email } = user;
  await context.db.transaction(async (trx) => {
    await setPassword(trx, userId, { passwordHash });
    await endOtherSessions(trx, userId, given.sessionId);
    await postMessage(trx, {
      ...{ userId, channel: 'mail', kind: 'password_changed', recipient: email },
    });
  });
  context.sessions.forgetUser(userId);
}
