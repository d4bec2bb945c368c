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
    original_end_time: trx.raw(`clock_timestamp() + interval '72 hours'`),
    maker_id: o.makerId,
    leader_max: toDecimalText(o.amount),
    bid_seq: 1,
    last_bid_at: trx.raw('clock_timestamp()'),
  });
  const bidId = newId();
  await trx('bids').insert({
    bid_id: bidId,
    seq: 1,
    max_amount: toDecimalText(o.amount),
    auction_id: auctionId,
    bidder_id: o.bidderId,
    bid_amount: toDecimalText(o.amount),
  });
  await trx('auctions').where({ auction_id: auctionId }).update({ leading_bid_id: bidId });
  return auctionId;
}
