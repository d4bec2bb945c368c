// What an unpaid order asks of its auction: the row, locked first as everywhere, and time for the maker to choose.

import type { Knex } from 'knex';

import { lockSale, saveDecideBy } from './sale-queries.js';

/** How long a maker may choose between the next bidder and relisting. */
const DECIDE_SECONDS = 24 * 3600;

export async function lockAuctionRow(trx: Knex.Transaction, auctionId: string): Promise<void> {
  await lockSale(trx, auctionId);
}

/** @returns until when */
export const awaitDecision = (trx: Knex.Transaction, auctionId: string): Promise<Date> =>
  saveDecideBy(trx, auctionId, DECIDE_SECONDS);
