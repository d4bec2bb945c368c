import type { Knex } from 'knex';

import { deleteOldSessions } from './queries.js';

/** Sweeps sessions, with their tokens, 90 days after their end: until then their addresses count as known. */
export const removeOldSessions = ({ db }: { readonly db: Knex }): Promise<number> =>
  deleteOldSessions(db);
