// Whether somebody sells by a running auction, or leads in one: until it is over they are held to it.

import type { Knex } from 'knex';

import { findRunningTrade } from './trade-queries.js';

export const hasRunningTrade = (db: Knex, userId: string): Promise<boolean> =>
  findRunningTrade(db, userId);
