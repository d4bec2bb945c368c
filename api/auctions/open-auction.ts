// TEMP
import type { Knex } from 'knex';
import { newId } from '../../pipeline/platform/ids.js';
import { toDecimalText } from '../../pipeline/platform/money.js';
import type { Actor } from '../audit/record-audit.js';

export async function openAuction(
  trx: Knex.Transaction,
  _actor: Actor,
  o: {
    storyId: string;
    makerId: string;
    currency: string;
    offerId: string;
    bidderId: string;
    amount: number;
  },
): Promise<string> {
  const auctionId = newId();
  await trx('auctions').insert({
    auction_id: auctionId,
    story_id: o.storyId,
    starting_offer_id: o.offerId,
    current_bid_amount: toDecimalText(o.amount),
    current_bidder_id: o.bidderId,
    start_time: trx.raw('clock_timestamp()'),
    end_time: trx.raw(`clock_timestamp() + interval '72 hours'`),
  });
  await trx('bids').insert({
    auction_id: auctionId,
    bidder_id: o.bidderId,
    bid_amount: toDecimalText(o.amount),
  });
  return auctionId;
}
