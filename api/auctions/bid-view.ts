// A bid on the wire, as whoever made it is answered.

import { z } from 'zod';

import { Currency, ReplyId, ReplyMoney, ReplyTime } from '../http/wire-types.js';

export const BidAnswer = z
  .strictObject({
    bid_id: ReplyId('bid'),
    auction_id: ReplyId('auction'),
    bid_amount: ReplyMoney.describe('What everybody sees of it'),
    currency: Currency,
    status: z.enum(['active', 'outbid']),
    is_current_high_bid: z.boolean(),
    created_at: ReplyTime,
    minimum_next_bid: ReplyMoney,
    end_time: ReplyTime,
  })
  .meta({ id: 'PlacedBid' });
