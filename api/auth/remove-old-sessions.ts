import type { Knex } from 'knex';

import { deleteExpiredCodes } from './code-queries.js';
import { deleteExpiredNonces } from './identity-queries.js';
import { deleteExpiredTokens, deleteOldSessions } from './queries.js';
import { deleteExpiredChallenges } from './second-factor-queries.js';

/**
 * Sweeps sessions 90 days after their end: until then their addresses count as known. A session that goes on leaves a
 * used token every quarter of an hour, so tokens go as soon as they expire.
 */
export async function removeOldSessions({ db }: { readonly db: Knex }): Promise<void> {
  await deleteExpiredTokens(db);
  await deleteOldSessions(db);
  await deleteExpiredCodes(db);
  await deleteExpiredChallenges(db);
  await deleteExpiredNonces(db);
}
