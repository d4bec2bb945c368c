// What stands between a story and a new offer: its running auction, or one that has sold it.

import type { Knex } from 'knex';

export interface Sale {
  readonly auctionId: string;
  /** By the database's clock: an auction whose end has passed has sold the story, ended or not. */
  readonly state: 'auction' | 'sold';
}

/** By story; one that takes offers has none. */
export async function findSales(db: Knex, storyIds: readonly string[]): Promise<Map<string, Sale>> {
  const rows = await db('auctions')
    .whereIn('story_id', storyIds)
    .whereRaw(`(status = 'active' or (status = 'ended' and relisted_at is null))`)
    .select(
      'story_id',
      'auction_id',
      db.raw(`status = 'active' and end_time > clock_timestamp() as running`),
    );
  return new Map(
    rows.map((row) => [
      row.story_id,
      { auctionId: row.auction_id, state: row.running ? 'auction' : 'sold' },
    ]),
  );
}
