// Whether a forgotten password is anybody's, looked up only as the mail is due: the request itself cannot tell.

import type { Context } from '../context.js';
import type { DueMessage, NewMessage } from '../outbox/message.js';
import { findUserByEmail } from '../users/find-user.js';
import { createCode } from './codes.js';

export const prepareReset =
  ({ db, keys }: Pick<Context, 'db' | 'keys'>) =>
  async ({ recipient }: DueMessage): Promise<NewMessage | null> => {
    const user = await findUserByEmail(db, recipient);
    if (user?.status !== 'active') return null;
    const { userId, email } = user;
    const code = await createCode({ keys }, db, { userId, purpose: 'password', target: email });
    return { userId, channel: 'mail', kind: 'password_code', recipient: email, facts: { code } };
  };
