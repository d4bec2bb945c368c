// Keeps somebody from making offers and bidding: on what one maker sells, or everywhere, by an admin.

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import { findOwnAccount } from '../users/find-user.js';
import { deleteBar, insertBar } from './queries.js';

interface Barring {
  readonly userId: string;
  /** Null: everywhere. */
  readonly makerId: string | null;
}

/** Does nothing where it is so already. @throws ApiError USER_NOT_FOUND, CANNOT_BAR_SELF */
export async function barUser(
  { db }: Pick<Context, 'db'>,
  actor: Actor & { readonly userId: string },
  { userId, makerId, reason }: Barring & { readonly reason: string | null },
): Promise<void> {
  if (userId === actor.userId) {
    throw new ApiError(422, 'CANNOT_BAR_SELF', 'Nobody can bar themselves.');
  }
  await db.transaction(async (trx) => {
    const account = await findOwnAccount(trx, userId);
    if (!account || account.status === 'deleted') throw userNotFound();
    const bar = { barId: newId(), userId, makerId, reason, barredBy: actor.userId };
    if (!(await insertBar(trx, bar))) return;
    await recordAudit(trx, actor, {
      action: makerId ? 'bar.by_maker' : 'bar.everywhere',
      subject: toPublicId('user', userId),
      before: { barred: false },
      after: { barred: true, ...(reason !== null && { reason }) },
    });
  });
}

/** @throws ApiError USER_NOT_FOUND where nobody is barred so */
export async function liftBar(
  { db }: Pick<Context, 'db'>,
  actor: Actor,
  { userId, makerId }: Barring,
): Promise<void> {
  await db.transaction(async (trx) => {
    if (!(await deleteBar(trx, { userId, makerId }))) throw userNotFound();
    await recordAudit(trx, actor, {
      action: makerId ? 'bar.lift_by_maker' : 'bar.lift_everywhere',
      subject: toPublicId('user', userId),
      before: { barred: true },
      after: { barred: false },
    });
  });
}

const userNotFound = () => new ApiError(404, 'USER_NOT_FOUND', 'There is no such user.');
