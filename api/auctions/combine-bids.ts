// Combines bids on one auction: while one batch commits the next gathers, so that a hot row is locked once for many.

import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Lines, UnknownEnd } from '../../pipeline/platform/open-lines.js';
import type { Context } from '../context.js';
import { unavailable } from '../errors.js';
import { auctionBusy } from './bid-errors.js';
import { type AskedBid, type BidOutcome, type BidParts, placeBids } from './place-bids.js';

export interface BidDesk {
  /** Resolves when the outcome is committed. @throws ApiError AUCTION_BUSY, SERVICE_UNAVAILABLE */
  place(auctionId: string, asked: AskedBid): Promise<BidOutcome>;
  /** Resolves when all that waits is answered. */
  close(): Promise<void>;
}

const MOST_OF_BATCH = 256;
const MOST_WAITING = 2_000;
const MOST_WAITING_MS = 2_000;
/** Batches of different auctions at a time: each holds a line. */
export const BIDS_SIDE_BY_SIDE = 4;

interface Waiting {
  readonly asked: AskedBid;
  readonly since: number;
  readonly resolve: (outcome: BidOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export function openBidDesk(
  { lines, auctionEvents }: { readonly lines: Lines } & Pick<Context, 'auctionEvents'>,
  parts?: BidParts,
): BidDesk {
  /** By auction, those that wait; an auction without an entry has no batch under way. */
  const queues = new Map<string, Waiting[]>();
  const due: string[] = [];
  const running = new Set<Promise<void>>();

  function startNext(): void {
    while (running.size < BIDS_SIDE_BY_SIDE) {
      const auctionId = due.shift();
      if (auctionId === undefined) return;
      const run = serve(auctionId).finally(() => {
        running.delete(run);
        startNext();
      });
      running.add(run);
    }
  }

  /** One batch; what came meanwhile takes its turn behind the other auctions. */
  async function serve(auctionId: string): Promise<void> {
    const queue = queues.get(auctionId) ?? [];
    const batch = queue.splice(0, MOST_OF_BATCH).filter(refuseOld);
    await settle(auctionId, batch);
    if (batch.length > 0) auctionEvents.publish(auctionId);
    // Whoever was just answered and bids again is of the next batch: fewer locks, fewer commits.
    await nextTurn();
    if (queue.length > 0) due.push(auctionId);
    else queues.delete(auctionId);
  }

  async function settle(auctionId: string, batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const asked = batch.map((each) => each.asked);
      const outcomes = await lines.transaction((sql) => placeBids(sql, auctionId, asked, parts));
      batch.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at];
        if (outcome) resolve(outcome);
        else reject(new Error('a bid without an outcome'));
      });
    } catch (error) {
      // Whatever it was, one bid must not refuse the others: each is tried alone, once, unless the row is not to be had.
      if (batch.length > 1 && !(error instanceof UnknownEnd) && !isBusy(error)) {
        for (const each of batch) await settle(auctionId, [each].filter(refuseOld));
      } else for (const each of batch) each.reject(toRefusal(error));
    }
  }

  return {
    place(auctionId, asked) {
      return new Promise((resolve, reject) => {
        const queue = queues.get(auctionId);
        if (queue && queue.length >= MOST_WAITING) return reject(auctionBusy());
        const waiting = { asked, since: performance.now(), resolve, reject };
        if (queue) return void queue.push(waiting);
        queues.set(auctionId, [waiting]);
        due.push(auctionId);
        startNext();
      });
    },
    async close() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function refuseOld({ since, reject }: Waiting): boolean {
  const isOld = performance.now() - since > MOST_WAITING_MS;
  if (isOld) reject(auctionBusy());
  return !isOld;
}

/** Lock and statement timeouts: many want this row, and nothing was written. */
const BUSY_STATES = new Set(['55P03', '57014']);

const isBusy = (error: unknown): boolean =>
  BUSY_STATES.has((error as { code?: string }).code ?? '');

function toRefusal(error: unknown): unknown {
  if (error instanceof UnknownEnd) return unavailable(error);
  return isBusy(error) ? auctionBusy(error) : error;
}
