// /auctions/{id}/accept and /cancel for its maker; /admin/auctions for admins, each with a reason.

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { type Route, route } from '../http/define-route.js';
import { FutureTime, PublicId, Words } from '../http/wire-types.js';
import { auctionNotFound, closingError, seqRequired } from './auction-errors.js';
import { AuctionReply } from './auction-view.js';
import { acceptLeadingBid, cancelAuction, cancelOwnAuction, moveEnd } from './close-auction.js';
import { getAuction, showAuction } from './read-auction.js';
import { withdrawBid } from './withdraw-bid.js';

const OfAuction = z.strictObject({ auction_id: PublicId('auction') });
const reason = Words(500);

export function closeRoutes(context: Context): Route[] {
  const show = async (db: Context['db'], auctionId: string, caller: Caller) =>
    showAuction(db, await getAuction({ ...context, db }, auctionId, caller), caller);
  return [
    route({
      method: 'post',
      path: '/auctions/:auction_id/accept',
      summary: 'Accept the leading bid of your auction: it ends with that',
      headers: { 'If-Match': 'The `seq` of the bid that you saw as the newest, as in the ETag' },
      tags: ['Auctions'],
      access: 'user',
      params: OfAuction,
      status: 200,
      reply: AuctionReply,
      errors: {
        404: ['AUCTION_NOT_FOUND'],
        409: ['AUCTION_ENDED', 'AUCTION_CANCELLED'],
        412: ['STALE_BID'],
        428: ['IF_MATCH_REQUIRED'],
      },
      idempotent: true,
      async handle({ params, user, db, request }) {
        const { facts } = await getAuction({ ...context, db }, params.auction_id, user);
        if (facts.makerId !== user.userId) throw auctionNotFound();
        const seenSeq = toSeq(request.get('if-match'), facts.seq);
        await acceptLeadingBid(context, db, actorOf(user, request), {
          auctionId: params.auction_id,
          seenSeq,
        });
        return show(db, params.auction_id, user);
      },
    }),

    route({
      method: 'post',
      path: '/auctions/:auction_id/cancel',
      summary: 'Cancel your auction while the offer that opened it is the only bid',
      tags: ['Auctions'],
      access: 'user',
      params: OfAuction,
      body: z.strictObject({ reason: reason.optional() }).default({}).meta({ id: 'CancelAuction' }),
      status: 200,
      reply: AuctionReply,
      errors: {
        404: ['AUCTION_NOT_FOUND'],
        409: ['AUCTION_ENDED', 'AUCTION_CANCELLED', 'OTHER_BIDS_STAND'],
      },
      async handle({ params, body, user, db, request }) {
        const given = { auctionId: params.auction_id, reason: body.reason ?? null };
        await cancelOwnAuction(context, db, actorOf(user, request), given);
        return show(db, params.auction_id, user);
      },
    }),

    route({
      method: 'post',
      path: '/admin/auctions/:auction_id/cancel',
      summary: 'Cancel an auction: all its bids are void, and everybody is told',
      tags: ['Administration'],
      access: 'admin',
      stepUp: true,
      params: OfAuction,
      body: z.strictObject({ reason }).meta({ id: 'CancelAuctionByAdmin' }),
      status: 200,
      reply: AuctionReply,
      errors: { 404: ['AUCTION_NOT_FOUND'], 409: ['AUCTION_ENDED', 'AUCTION_CANCELLED'] },
      async handle({ params, body, user, db, request }) {
        const given = { auctionId: params.auction_id, reason: body.reason };
        await cancelAuction(context, db, actorOf(user, request), given);
        return show(db, params.auction_id, user);
      },
    }),

    route({
      method: 'post',
      path: '/admin/auctions/:auction_id/end-time',
      summary: 'Move the end of an auction; soft close counts from the new one',
      tags: ['Administration'],
      access: 'admin',
      stepUp: true,
      params: OfAuction,
      body: z
        .strictObject({ end_time: FutureTime(context.clock), reason })
        .meta({ id: 'MoveAuctionEnd' }),
      status: 200,
      reply: AuctionReply,
      errors: { 404: ['AUCTION_NOT_FOUND'], 409: ['AUCTION_ENDED', 'AUCTION_CANCELLED'] },
      async handle({ params, body, user, db, request }) {
        const { end_time: endTime } = body;
        const given = { auctionId: params.auction_id, endTime, reason: body.reason };
        await moveEnd(context, db, actorOf(user, request), given);
        return show(db, params.auction_id, user);
      },
    }),

    route({
      method: 'post',
      path: '/admin/auctions/:auction_id/bids/:bid_id/withdraw',
      summary: 'Withdraw a bid: the auction is decided anew without it, and the price falls back',
      tags: ['Administration'],
      access: 'admin',
      stepUp: true,
      params: z.strictObject({ ...OfAuction.shape, bid_id: PublicId('bid') }),
      body: z.strictObject({ reason }).meta({ id: 'WithdrawBid' }),
      status: 200,
      reply: AuctionReply,
      errors: {
        404: ['AUCTION_NOT_FOUND', 'BID_NOT_FOUND'],
        409: ['AUCTION_ENDED', 'AUCTION_CANCELLED', 'BID_NOT_WITHDRAWABLE'],
      },
      async handle({ params, body, user, db, request }) {
        await withdrawBid(context, db, actorOf(user, request), {
          auctionId: params.auction_id,
          bidId: params.bid_id,
          reason: body.reason,
        });
        return show(db, params.auction_id, user);
      },
    }),
  ];
}

/** @throws ApiError IF_MATCH_REQUIRED, STALE_BID for what is no seq of ours */
function toSeq(header: string | undefined, newest: number): number {
  if (header === undefined) throw seqRequired();
  const [, seq] = /^"?(\d{1,9})"?$/.exec(header.trim()) ?? [];
  if (!seq) throw closingError('STALE_BID', newest);
  return Number(seq);
}
