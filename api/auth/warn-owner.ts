// A word to the owner of an address that somebody else tried to take.

import type { Context } from '../context.js';
import { toLimitKey } from '../http/rate-limit.js';
import { postMessage } from '../outbox/post-message.js';
import { findUserByEmail } from '../users/find-user.js';

/** Tells who has this address that somebody else tried to take it, thrice a day at most. */
export async function warnOwner(
  { db, limits }: Pick<Context, 'db' | 'limits'>,
  email: string,
): Promise<void> {
  const { exceeded } = await limits.spend('takenMails', toLimitKey(email));
  const user = exceeded ? null : await findUserByEmail(db, email);
  if (user?.status !== 'active') return;
  const { userId, email: recipient } = user;
  await postMessage(db, { userId, channel: 'mail', kind: 'email_taken', recipient });
}
