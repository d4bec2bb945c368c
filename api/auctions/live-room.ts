// The room of one live auction: what its readers were told last, and how they are told of what comes.

import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { type EventStream, toFrame } from '../http/event-stream.js';
import { followChanges } from '../media/follow-changes.js';
import { LiveBid, PublicAuction, toLiveBid, toPublicView } from './auction-view.js';
import { listBidsAfter, type PublicBid } from './history-queries.js';
import { type KnownAuction, readAuction } from './read-auction.js';

/** `snapshot` and `auction` carry the whole of it, `bid` a bid and how it left the auction. */
export const AuctionEvent = z.union([PublicAuction, LiveBid]);

export type RoomReader = Pick<EventStream<z.input<typeof AuctionEvent>>, 'write' | 'closed'>;

export interface Room {
  /** @param lastSeq the newest bid that this reader was told of; null for none */
  join(reader: RoomReader, lastSeq: number | null): Promise<void>;
}

/** So many bids are told one by one; of more at once only what came of them. */
const MOST_BIDS = 500;
/** However fast bids come, so much lies between two looks at them. */
const PACE_MS = 20;
/** A timer that waits longer is not needed: there is a look at the auction every few seconds. */
const LONGEST_TIMER_MS = 60_000;

/** What every reader knows; its newest bid is `known.facts.seq`. */
interface Told {
  readonly known: KnownAuction;
  /** When it was read, by this process' own clock. */
  readonly at: number;
}

/** @param onEmpty called when the last reader has left: the room is closed then */
export function openRoom(
  context: Parameters<typeof readAuction>[0],
  auctionId: string,
  onEmpty: () => void,
): Room {
  const readers = new Set<RoomReader>();
  const closing = new AbortController();
  let joining = 0;
  let told: Told | null = null;
  let reading: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function refresh() {
    const at = performance.now();
    const known = await readAuction(context, auctionId, told?.known);
    if (!known) throw new Error(`The auction ${auctionId} is followed and not there`);
    const bids = told ? await listBids(told.known.facts.seq, known) : [];
    const before = told;
    told = { known, at };
    const frames = bids ? toFrames(bids, known) : [];
    if (before && !(bids && explains(before.known, bids, known))) {
      frames.push(auctionFrame('auction', told));
    }
    if (frames.length > 0) {
      const frame = Buffer.concat(frames);
      for (const reader of readers) reader.write(frame);
    }
    watchEnd(known);
  }
  /** One at a time; who asks meanwhile gets the same answer. */
  const read = () => {
    reading ??= refresh().finally(() => {
      reading = null;
    });
    return reading;
  };

  /** Null where there are too many to tell. */
  async function listBids(after: number, { facts }: KnownAuction): Promise<PublicBid[] | null> {
    const range = { after, upTo: facts.seq, limit: MOST_BIDS + 1 };
    const bids = await listBidsAfter(context.db, auctionId, range);
    return bids.length > MOST_BIDS ? null : bids;
  }

  /** The sweep ends it within a second or two; its readers need not wait for that. */
  function watchEnd({ facts }: KnownAuction) {
    clearTimeout(timer);
    const left = facts.endTime.getTime() - facts.now.getTime();
    if (facts.status !== 'active' || left > LONGEST_TIMER_MS || closing.signal.aborted) return;
    timer = setTimeout(changed, Math.max(5, left + 2));
  }

  const readInTurn = async () => {
    await read();
    await sleep(PACE_MS, undefined, { signal: closing.signal }).catch(() => {});
  };
  const changed = followChanges(closing.signal, readInTurn, (err) => {
    context.log.warn({ err, auction_id: auctionId }, 'a live auction was not read; it will be');
  });
  const leave = context.auctionEvents.subscribe(auctionId, changed);

  function closeIfEmpty() {
    if (readers.size > 0 || joining > 0 || closing.signal.aborted) return;
    closing.abort();
    clearTimeout(timer);
    leave();
    onEmpty();
  }

  return {
    async join(reader, lastSeq) {
      joining += 1;
      try {
        while (!reader.closed.aborted) {
          if (!told) await read();
          const now: Told | null = told;
          const missed = lastSeq === null || !now ? [] : await listBids(lastSeq, now.known);
          // Bids that came meanwhile are among what it missed, too: from here on nothing comes between.
          if (!now || now !== told || reader.closed.aborted) continue;
          const frames = missed ? toFrames(missed, now.known) : [];
          reader.write(Buffer.concat([...frames, auctionFrame('snapshot', now)]));
          readers.add(reader);
          const part = () => {
            readers.delete(reader);
            closeIfEmpty();
          };
          reader.closed.addEventListener('abort', part, { once: true });
          return;
        }
      } finally {
        joining -= 1;
        closeIfEmpty();
      }
    },
  };
}

const toFrames = (bids: readonly PublicBid[], known: KnownAuction) =>
  bids.map((bid, at) => {
    const bidCount = known.facts.bidCount - (bids.length - 1 - at);
    return toFrame(LiveBid, { name: 'bid', id: bid.seq, data: toLiveBid(bid, known, bidCount) });
  });

/** Who joins later is told the time as it is then. */
function auctionFrame(name: 'snapshot' | 'auction', { known, at }: Told) {
  const now = new Date(known.facts.now.getTime() + (performance.now() - at));
  const data = { ...toPublicView(known.facts, known.bidders), server_time: now };
  return toFrame(PublicAuction, { name, id: known.facts.seq, data });
}

/** Whether who knows the auction before, and hears of the bids, knows all of it after. */
function explains(
  { facts: before }: KnownAuction,
  bids: readonly PublicBid[],
  { facts: after }: KnownAuction,
): boolean {
  const last = bids.at(-1);
  const same = (one: Date | null, other: Date | null) =>
    Math.abs((one?.getTime() ?? 0) - (other?.getTime() ?? 0)) <= 1;
  return (
    after.status === before.status &&
    after.bidCount === before.bidCount + bids.length &&
    after.price === (last?.amount ?? before.price) &&
    after.leaderId === (last?.bidderId ?? before.leaderId) &&
    same(after.endTime, last?.endTime ?? before.endTime) &&
    same(after.originalEndTime, before.originalEndTime) &&
    same(after.actualEndTime, before.actualEndTime)
  );
}
