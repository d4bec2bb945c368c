// One auction, kept true: a live stream, and looking it up every few seconds where that is silent.

import { useCallback, useEffect, useRef, useState } from 'react';

import { type Auction, type Bid, type LiveBid, mergeBids, withBid, withTold } from './auction.js';
import { followEvents } from './event-stream.js';
import { openServerClock } from './server-clock.js';
import { call } from './session.js';

/** A living stream is never silent for 15 s. */
const SILENCE_MS = 20_000;
const LOOK_EVERY_MS = 5_000;
const HISTORY = 20;

interface Told {
  readonly auction: Auction | null;
  readonly bids: readonly Bid[];
  /** Where the history goes on, looked up. */
  readonly cursor: string | null;
  /** Counts what no live bid explains: the history is looked up anew. */
  readonly turn: number;
}

const NOTHING: Told = { auction: null, bids: [], cursor: null, turn: 0 };

/** Of one auction and one user for as long as it is mounted. */
export function useAuction(auctionId: string) {
  const path = `/auctions/${auctionId}`;
  const [told, setTold] = useState(NOTHING);
  const [problem, setProblem] = useState<Error | null>(null);
  const [silent, setSilent] = useState(false);
  const [clock] = useState(() => openServerClock());
  const askedAt = useRef(0);

  const hear = useCallback((whole: Auction, name: string) => {
    setProblem(null);
    setTold((known) => {
      const isNews = name === 'auction' || known.auction?.seq !== whole.seq;
      const auction = withTold(known.auction, whole);
      return { ...known, auction, turn: known.turn + (isNews ? 1 : 0) };
    });
  }, []);
  const refresh = useCallback(async () => {
    const sentAt = performance.now();
    askedAt.current = sentAt;
    try {
      const found = await call<Auction>('GET', path);
      clock.hear(found.server_time, sentAt);
      hear(found, 'answer');
    } catch (error) {
      setProblem(error as Error);
    }
  }, [path, clock, hear]);
  const readHistory = useCallback(
    async (cursor: string | null) => {
      const after = cursor ? `&cursor=${cursor}` : '';
      const page = await call<{ bids: Bid[]; next_cursor: string | null }>(
        'GET',
        `${path}/bids?limit=${HISTORY}${after}`,
      );
      setTold((known) => ({
        ...known,
        bids: mergeBids(known.bids, page.bids),
        cursor: cursor || known.cursor === null ? page.next_cursor : known.cursor,
      }));
    },
    [path],
  );

  useEffect(() => void refresh(), [refresh]);
  useEffect(() => {
    if (told.turn > 0) readHistory(null).catch(() => undefined);
  }, [told.turn, readHistory]);

  const status = told.auction?.status;
  const endTime = told.auction?.end_time;
  const isLive = status === undefined || status === 'active';
  useEffect(() => {
    if (!isLive) return void refresh();
    let heardAt = Number.NEGATIVE_INFINITY;
    const stop = followEvents(
      `${path}/events`,
      (name, data) => {
        if (name === 'bid') {
          const bid = data as LiveBid;
          clock.hear(bid.created_at);
          setTold((known) => ({
            ...known,
            auction: known.auction && withBid(known.auction, bid),
            bids: mergeBids(known.bids, [bid]),
          }));
        } else {
          const whole = data as Auction;
          clock.hear(whole.server_time);
          hear(whole, name);
        }
      },
      () => {
        heardAt = performance.now();
        setSilent(false);
      },
    );
    const look = setInterval(() => {
      const isSilent = performance.now() - heardAt > SILENCE_MS;
      if (isSilent && performance.now() - askedAt.current > LOOK_EVERY_MS) {
        setSilent(true);
        void refresh();
      }
    }, 1_000);
    return () => {
      stop();
      clearInterval(look);
    };
  }, [path, isLive, clock, hear, refresh]);

  // What stood still while nobody looked, and an end of which nobody has told.
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void refresh();
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [refresh]);
  useEffect(() => {
    if (status !== 'active' || !endTime) return;
    const look = setInterval(() => {
      const isOver = (clock.now() ?? 0) > Date.parse(endTime) + 1_000;
      if (isOver && performance.now() - askedAt.current > LOOK_EVERY_MS) void refresh();
    }, 1_000);
    return () => clearInterval(look);
  }, [status, endTime, clock, refresh]);

  const { auction, bids, cursor } = told;
  const hasMore = cursor !== null && bids.length < (auction?.bid_count ?? 0);
  const more = hasMore ? () => readHistory(cursor) : null;
  return { auction, bids, more, problem, silent, clock, refresh };
}
