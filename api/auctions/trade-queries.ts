// SQL on what binds somebody to a running auction: selling by it, or leading in it.

import type { Knex } from 'knex';

export async function findRunningTrade(db: Knex, userId: string): Promise<boolean> {
  const { rows } = await db.raw(
    `select exists (select from auctions where status = 'active' and maker_id = :userId)
       or exists (select from bids b join auctions a on a.leading_bid_id = b.bid_id
         where b.bidder_id = :userId and a.status = 'active') as found`,
    { userId },
  );
  return rows[0].found;
}
