// Who may make offers and bid on what a maker sells: anybody with an account but the maker, and nobody who is barred.

import type { Knex } from 'knex';

import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import { findOwnAccount } from '../users/find-user.js';
import { hasBar } from './queries.js';

/** @throws ApiError OWN_STORY, BARRED, EMAIL_NOT_VERIFIED */
export async function admitBidder(
  { flags }: Pick<Context, 'flags'>,
  db: Knex,
  who: { readonly userId: string; readonly makerId: string },
): Promise<void> {
  if (who.userId === who.makerId) {
    throw new ApiError(403, 'OWN_STORY', 'Nobody can buy what they sell themselves.');
  }
  if (await hasBar(db, who)) {
    throw new ApiError(403, 'BARRED', 'This account may not make offers or bid here.');
  }
  if (await flags.isEnabled('unverified_bidders', who.userId, db)) return;
  const account = await findOwnAccount(db, who.userId);
  if (!account?.emailVerified) {
    throw new ApiError(403, 'EMAIL_NOT_VERIFIED', 'Verify your e-mail address first.');
  }
}

/** For what was offered or bid before: whether it may still be taken up. */
export async function isStillWelcome(
  db: Knex,
  who: { readonly userId: string; readonly makerId: string },
): Promise<boolean> {
  const account = await findOwnAccount(db, who.userId);
  return account?.status === 'active' && !(await hasBar(db, who));
}
