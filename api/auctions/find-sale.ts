// Whether a story takes offers: not while its auction runs, and not while it is sold.

import type { Knex } from 'knex';

import { findSales, type Sale } from './sale-queries.js';

export type { Sale };

/** Null where it takes offers. Asked with the story's row locked, the answer holds until that is let go. */
export const findSale = async (db: Knex, storyId: string): Promise<Sale | null> =>
  (await findSales(db, [storyId])).get(storyId) ?? null;

export const findSalesOf = (db: Knex, storyIds: readonly string[]): Promise<Map<string, Sale>> =>
  findSales(db, storyIds);
