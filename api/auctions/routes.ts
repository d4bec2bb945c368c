// /auctions: reading them, their history, and following them live; and the lists of one's own.

import { z } from 'zod';

import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import { eventRoute } from '../http/event-stream.js';
import { Pagination, PublicId, pageQuery, toPagination } from '../http/wire-types.js';
import { AUCTION_STATUSES, AuctionReply, BidReply, toBidView } from './auction-view.js';
import { listBidsBefore } from './history-queries.js';
import { openLiveAuctions } from './live-auctions.js';
import { AuctionEvent } from './live-room.js';
import { getAuction, readAuction, showAuction } from './read-auction.js';
import { countAuctions, listAuctionIds } from './read-queries.js';

const tags = ['Auctions'] as const;
const OfAuction = z.strictObject({ auction_id: PublicId('auction') });
const MOST_READERS_OF_ADDRESS = 500;

export function auctionRoutes(context: Context): Route[] {
  const live = openLiveAuctions(context);
  return [
    route({
      method: 'get',
      path: '/auctions/:auction_id',
      summary: 'Read an auction: how it stands by the database’s clock',
      tags,
      access: 'anyone',
      params: OfAuction,
      status: 200,
      reply: AuctionReply,
      errors: { 404: ['AUCTION_NOT_FOUND'] },
      async handle({ params, user, db, response }) {
        const known = await getAuction(context, params.auction_id, user);
        response.set('ETag', `"${known.facts.seq}"`);
        return showAuction(db, known, user);
      },
    }),

    route({
      method: 'get',
      path: '/auctions/:auction_id/bids',
      summary: 'Read the bids of an auction, newest first, bidders masked',
      tags,
      access: 'anyone',
      params: OfAuction,
      query: z.strictObject({
        limit: pageQuery.limit,
        cursor: z
          .string()
          .regex(/^[1-9]\d{0,8}$/, 'must be the next_cursor of an answer')
          .transform(Number)
          .optional()
          .meta({ type: 'string' }),
      }),
      status: 200,
      reply: z
        .strictObject({ bids: z.array(BidReply), next_cursor: z.string().nullable() })
        .meta({ id: 'BidPage' }),
      errors: { 404: ['AUCTION_NOT_FOUND'] },
      limit: 'feed',
      async handle({ params, query, user, db }) {
        const { facts, bidders } = await getAuction(context, params.auction_id, user);
        const bids = await listBidsBefore(db, facts.auctionId, {
          before: query.cursor ?? null,
          limit: query.limit + 1,
        });
        const shown = bids.slice(0, query.limit);
        const last = bids.length > query.limit ? shown.at(-1) : undefined;
        return {
          bids: shown.map((bid) => toBidView(bid, bidders, user?.userId ?? null)),
          next_cursor: last ? String(last.seq) : null,
        };
      },
    }),

    eventRoute({
      path: '/auctions/:auction_id/events',
      summary: 'Follow an auction: a snapshot, then each bid and whatever else changes',
      tags,
      access: 'anyone',
      params: OfAuction,
      event: AuctionEvent,
      headers: {
        'Last-Event-ID': 'The newest `seq` that you were told of: what you missed comes first',
      },
      errors: { 404: ['AUCTION_NOT_FOUND'] },
      mostPerHolder: MOST_READERS_OF_ADDRESS,
      async handle({ params, user, lastEventId, open }) {
        await getAuction(context, params.auction_id, user);
        const lastSeq = lastEventId && /^\d{1,9}$/.test(lastEventId) ? Number(lastEventId) : null;
        const stream = open();
        await live.follow(params.auction_id, stream, lastSeq).catch((err) => {
          context.log.warn({ err }, 'a reader could not follow an auction; it will come again');
          stream.end();
        });
      },
    }),

    route({
      method: 'get',
      path: '/users/me/auctions',
      summary: 'List the auctions in which you bid, or those of what you sell, newest first',
      tags,
      access: 'user',
      query: z.strictObject({
        ...pageQuery,
        side: z.enum(['bidder', 'maker']).default('bidder'),
        status: z.enum(AUCTION_STATUSES).optional(),
      }),
      status: 200,
      reply: z
        .strictObject({ auctions: z.array(AuctionReply), pagination: Pagination })
        .meta({ id: 'AuctionPage' }),
      async handle({ query, user, db }) {
        const filter = { side: query.side, userId: user.userId, status: query.status };
        const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
        const ids = await listAuctionIds(db, filter, page);
        const known = await Promise.all(ids.map((id) => readAuction(context, id)));
        return {
          auctions: await Promise.all(
            known.filter((each) => each !== null).map((each) => showAuction(db, each, user)),
          ),
          pagination: toPagination(query, await countAuctions(db, filter)),
        };
      },
    }),
  ];
}
