// Whether a story takes offers: not while its auction runs, and not while it is sold.

import type { Sql } from '../../pipeline/platform/sql.js';

import { findSales, type Sale } from './sale-queries.js';

export type { Sale };

/** Null where it takes offers. Asked with the story's row locked, the answer holds until that is let go. */
export const findSale = async (sql: Sql, storyId: string): Promise<Sale | null> =>
  (await findSales(sql, [storyId])).get(storyId) ?? null;

export const findSalesOf = (sql: Sql, storyIds: readonly string[]): Promise<Map<string, Sale>> =>
  findSales(sql, storyIds);
