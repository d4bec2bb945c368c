import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { insertAudit, updateToAdmin } from './queries.js';

/** Null keeps the password that is there. */
export async function promoteToAdmin(
  trx: Knex.Transaction,
  user: { readonly userId: string; readonly userType: string },
  passwordHash: string | null,
): Promise<void> {
  await updateToAdmin(trx, user.userId, passwordHash);
  await insertAudit(trx, {
    action: 'user.promoted',
    subject: toPublicId('user', user.userId),
    origin: 'command line',
    before: { user_type: user.userType },
    after: { user_type: 'admin', password_changed: passwordHash !== null },
  });
}
