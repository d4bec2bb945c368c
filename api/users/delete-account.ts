// The end of an account: soft, with all its sessions.

import { hasRunningTrade } from '../auctions/has-running-trade.js';
import { endAllSessions } from '../auth/end-sessions.js';
import type { Context } from '../context.js';
import { ApiError, notFound } from '../errors.js';
import { hasOpenOrder } from '../orders/has-open-order.js';
import { postMessage } from '../outbox/post-message.js';
import { markDeleted } from './change-user.js';
import { findOwnAccount } from './find-user.js';
import { lockRow } from './queries.js';

/**
 * Closes the account: its sessions end and nobody signs in to it again. The address stays taken until its data is
 * erased, which is a rule of its own.
 * @throws ApiError OPEN_TRADE while others count on them: an auction of theirs, a bid that leads, an order
 */
export async function deleteAccount(
  context: Pick<Context, 'db' | 'sessions'>,
  userId: string,
): Promise<void> {
  await context.db.transaction(async (trx) => {
    // Bids and auctions that are being written refer to this row, and are waited for.
    await lockRow(trx, userId);
    if ((await hasRunningTrade(trx, userId)) || (await hasOpenOrder(trx, userId))) {
      throw openTrade();
    }
    const user = await findOwnAccount(trx, userId);
    if (!user || !(await markDeleted(trx, userId))) throw notFound();
    await endAllSessions(trx, userId);
    await postMessage(trx, {
      ...{ userId, channel: 'mail', kind: 'account_deleted', recipient: user.email },
    });
  });
  context.sessions.forgetUser(userId);
}

const openTrade = () =>
  new ApiError(
    409,
    'OPEN_TRADE',
    'An auction, a bid that leads or an order of yours must come to its end first.',
  );
