// An auction and its bids on the wire: what everybody may see of them, bidders masked, and what is one's own.

import { z } from 'zod';

import { Currency, ReplyId, ReplyMoney, ReplyTime } from '../http/wire-types.js';
import type { PublicBid } from './history-queries.js';
import { minimumNextBid } from './minimum-next-bid.js';
import type { AuctionFacts } from './read-queries.js';

export const AUCTION_STATUSES = ['active', 'ended', 'cancelled'] as const;
export const BID_STATUSES = ['active', 'outbid', 'winning', 'withdrawn'] as const;

const Mask = z
  .string()
  .regex(/^b\*\*\*\d+$/)
  .describe('A bidder, masked: b***7 is whoever was the seventh to bid in this auction');

const publicFields = {
  auction_id: ReplyId('auction'),
  story_id: ReplyId('story'),
  story_title: z.string(),
  status: z.enum(AUCTION_STATUSES).describe('`ended` from the instant of `end_time` on'),
  current_bid_amount: ReplyMoney,
  currency: Currency,
  minimum_next_bid: ReplyMoney.nullable().describe('Null where it takes no bids any more'),
  minimum_bid_increment: ReplyMoney,
  bid_count: z.int(),
  bidder_count: z.int(),
  leading_bidder: Mask,
  start_time: ReplyTime,
  end_time: ReplyTime,
  original_end_time: ReplyTime,
  actual_end_time: ReplyTime.nullable(),
  soft_close_minutes: z.int(),
  extended: z.boolean(),
  extension_exhausted: z.boolean().describe('No bid moves `end_time` any further'),
  seq: z.int().describe('Of the newest bid: send it as If-Match when you accept'),
  server_time: ReplyTime.describe('Count down by this, not by your own clock'),
};

export const PublicAuction = z.strictObject(publicFields).meta({ id: 'PublicAuction' });

export const AuctionReply = z
  .strictObject({
    ...publicFields,
    you: z
      .strictObject({
        is_maker: z.boolean(),
        bidder: Mask.nullable().describe('Null where you have not bid'),
        is_leading: z.boolean(),
        maximum: ReplyMoney.nullable().describe('Your own highest maximum: nobody else is told'),
      })
      .optional()
      .describe('Of who is signed in'),
    decision: z
      .strictObject({
        decide_by: ReplyTime,
        next_bid_amount: ReplyMoney.nullable().describe('Null where there is no next bidder'),
      })
      .optional()
      .describe('For the maker of a sale that was not paid: second chance or relisting'),
    order_id: ReplyId('order').optional().describe('For the maker and for who is to pay'),
  })
  .meta({ id: 'Auction' });

export const BidReply = z
  .strictObject({
    bid_id: ReplyId('bid'),
    seq: z.int(),
    bidder: Mask,
    bid_amount: ReplyMoney,
    currency: Currency,
    status: z.enum(BID_STATUSES),
    is_auto_bid: z.boolean(),
    is_yours: z.boolean(),
    max_amount: ReplyMoney.optional().describe('Of your own bids alone'),
    created_at: ReplyTime,
  })
  .meta({ id: 'HistoricBid' });

/** What a live reader is told of a bid. */
export const LiveBid = z
  .strictObject({
    seq: z.int(),
    bidder: Mask,
    bid_amount: ReplyMoney,
    is_auto_bid: z.boolean(),
    created_at: ReplyTime,
    bid_count: z.int().describe('Up to this bid'),
    minimum_next_bid: ReplyMoney.describe('After this bid'),
    end_time: ReplyTime.describe('As this bid left it'),
    extended: z.boolean(),
    extension_exhausted: z.boolean(),
  })
  .meta({ id: 'LiveBid' });

/** @param bidders in the order of their first bid */
export const maskOf = (bidders: readonly string[], bidderId: string): string =>
  `b***${bidders.indexOf(bidderId) + 1}`;

export function toPublicView(
  facts: AuctionFacts,
  bidders: readonly string[],
): z.input<typeof PublicAuction> {
  return {
    auction_id: facts.auctionId,
    story_id: facts.storyId,
    story_title: facts.storyTitle,
    status: facts.status,
    current_bid_amount: facts.price,
    currency: facts.currency,
    minimum_next_bid:
      facts.status === 'active' ? minimumNextBid(facts.price, facts.increment) : null,
    minimum_bid_increment: facts.increment,
    bid_count: facts.bidCount,
    bidder_count: bidders.length,
    leading_bidder: maskOf(bidders, facts.leaderId),
    start_time: facts.startTime,
    end_time: facts.endTime,
    original_end_time: facts.originalEndTime,
    actual_end_time: facts.actualEndTime ?? (facts.overdue ? facts.endTime : null),
    soft_close_minutes: facts.softCloseMinutes,
    extended: facts.endTime > facts.originalEndTime,
    extension_exhausted: facts.endTime.getTime() >= farthestEnd(facts),
    seq: facts.seq,
    server_time: facts.now,
  };
}

export function toBidView(
  bid: PublicBid,
  bidders: readonly string[],
  viewerId: string | null,
): z.input<typeof BidReply> {
  const isYours = bid.bidderId === viewerId;
  return {
    bid_id: bid.bidId,
    seq: bid.seq,
    bidder: maskOf(bidders, bid.bidderId),
    bid_amount: bid.amount,
    currency: bid.currency,
    status: bid.status,
    is_auto_bid: bid.isAutoBid,
    is_yours: isYours,
    ...(isYours && { max_amount: bid.maximum }),
    created_at: bid.createdAt,
  };
}

export const toLiveBid = (
  bid: PublicBid,
  { facts, bidders }: { readonly facts: AuctionFacts; readonly bidders: readonly string[] },
  bidCount: number,
): z.input<typeof LiveBid> => ({
  seq: bid.seq,
  bidder: maskOf(bidders, bid.bidderId),
  bid_amount: bid.amount,
  is_auto_bid: bid.isAutoBid,
  created_at: bid.createdAt,
  bid_count: bidCount,
  minimum_next_bid: minimumNextBid(bid.amount, facts.increment),
  end_time: bid.endTime,
  extended: bid.endTime > facts.originalEndTime,
  extension_exhausted: bid.endTime.getTime() >= farthestEnd(facts),
});

const farthestEnd = ({ originalEndTime, mostExtensionMinutes }: AuctionFacts) =>
  originalEndTime.getTime() + mostExtensionMinutes * 60_000;
