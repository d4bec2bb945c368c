// Orders for the other features.

import type { Knex } from 'knex';

import type { Order } from './order.js';
import { findLiveOrder, listBuyers } from './queries.js';

/** The one that is neither expired nor cancelled. */
export const findOrderOf = (db: Knex, auctionId: string): Promise<Order | undefined> =>
  findLiveOrder(db, auctionId);

/** Everybody who had an order of this auction, in whatever state: they had their chance. */
export const findBuyersOf = (db: Knex, auctionId: string): Promise<string[]> =>
  listBuyers(db, auctionId);
