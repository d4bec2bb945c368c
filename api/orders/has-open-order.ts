// Whether somebody owes or is owed something: an order of theirs that has not come to an end.

import type { Knex } from 'knex';

import { findOpenOrder } from './queries.js';

export const hasOpenOrder = (db: Knex, userId: string): Promise<boolean> =>
  findOpenOrder(db, userId);
