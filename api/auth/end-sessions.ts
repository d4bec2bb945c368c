// Ends sessions for the other features, within their transaction; tell `sessions.forgetUser` after it.

import type { Knex } from 'knex';

import { endSessionsOf } from './queries.js';

export const endOtherSessions = (db: Knex, userId: string, kept: string): Promise<void> =>
  endSessionsOf(db, userId, 'password', kept);

export const endAllSessions = (db: Knex, userId: string): Promise<void> =>
  endSessionsOf(db, userId, 'deleted');
