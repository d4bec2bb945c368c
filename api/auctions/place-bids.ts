// Decides bids on one auction in the order given, and writes what came of them: the whole of it in one transaction.

import { setImmediate as nextTurn } from 'node:timers/promises';

import type { z } from 'zod';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
import type { Sql } from '../../pipeline/platform/sql.js';
import { type Act, type Actor, recordAudits } from '../audit/record-audit.js';
import { ApiError } from '../errors.js';
import {
  type Answer,
  claimKeys,
  isSameRequest,
  keepAnswers,
  type RepeatableRequest,
  repeatOf,
} from '../http/idempotency.js';
import { auctionNotFound } from './auction-errors.js';
import { hashBid } from './bid-chain.js';
import { bidError } from './bid-errors.js';
import { lockAuction, saveBids, type WrittenBid } from './bid-queries.js';
import type { BidAnswer } from './bid-view.js';
import { minimumNextBid } from './minimum-next-bid.js';
import { type AuctionState, type BidCommand, type BidRow, step } from './step.js';
import { toTime } from './to-time.js';

export interface AskedBid {
  readonly command: BidCommand;
  readonly actor: Actor;
  readonly repeatable: RepeatableRequest | null;
}

/** In wire form, or why nothing was written for it. */
export type BidOutcome = (Answer & { readonly replayed: boolean }) | ApiError;

/** What decides, and what it reads and writes by; the proofs put faulty ones in their place to see them caught. */
export interface BidParts {
  readonly decide: typeof step;
  readonly lock: typeof lockAuction;
  readonly save: typeof saveBids;
}

const PARTS: BidParts = { decide: step, lock: lockAuction, save: saveBids };

/** On a line, in its transaction, with waits that are limited: what it writes is sent, and answered to COMMIT. */
export async function placeBids(
  sql: Sql,
  auctionId: string,
  asked: readonly AskedBid[],
  parts: BidParts = PARTS,
): Promise<BidOutcome[]> {
  const [locked, claims] = await Promise.all([parts.lock(sql, auctionId), claim(sql, asked)]);
  if (!locked) return asked.map(() => auctionNotFound());
  const fold = new Fold(auctionId, locked, parts);
  const outcomes: BidOutcome[] = [];
  const kept: { request: RepeatableRequest; answer: Answer }[] = [];
  for (const [at, each] of asked.entries()) {
    const { repeatable } = each;
    const twin = repeatable && kept.find(({ request }) => isSameRequest(request, repeatable));
    const known = twin ? repeatOf(twin.request, repeatable, twin.answer) : claims[at];
    const outcome = known ? toOutcome(known) : fold.add(each);
    outcomes.push(outcome);
    if (repeatable && !known && !(outcome instanceof ApiError)) {
      kept.push({ request: repeatable, answer: outcome });
    }
  }
  // COMMIT goes with them and brings what the server refuses; what fails before it is sent has failed by the next turn.
  await Promise.race([Promise.all([fold.save(sql), keepAnswers(sql, kept)]), nextTurn()]);
  return outcomes;
}

const toOutcome = (known: Answer | ApiError): BidOutcome =>
  known instanceof ApiError ? known : { ...known, replayed: true };

/** One claim for each bid: null where it has no key, or a new one. */
async function claim(sql: Sql, asked: readonly AskedBid[]) {
  const repeatable = asked.flatMap((each) => each.repeatable ?? []);
  const claims = await claimKeys(sql, repeatable);
  return asked.map((each) => (each.repeatable ? (claims.shift() ?? null) : null));
}

type Locked = NonNullable<Awaited<ReturnType<typeof lockAuction>>>;

/** The auction as the bids so far have left it, and what is to be written of them. */
class Fold {
  readonly #auctionId: string;
  readonly #publicId: string;
  readonly #before: Locked;
  readonly #parts: BidParts;
  readonly #bids: (BidRow & Omit<WrittenBid, 'status'>)[] = [];
  /** How many of them, from the first, have been outbid by a later one. */
  #outbid = 0;
  readonly #acts: (Act & { actor: Actor })[] = [];
  #state: AuctionState;
  #leadingBidId: string;
  #hash: Buffer;

  constructor(auctionId: string, locked: Locked, parts: BidParts) {
    this.#auctionId = auctionId;
    this.#publicId = toPublicId('auction', auctionId);
    this.#before = locked;
    this.#parts = parts;
    this.#state = locked.state;
    this.#leadingBidId = locked.leadingBidId;
    this.#hash = locked.lastHash;
  }

  add({ command, actor }: AskedBid): BidOutcome {
    const { at } = this.#before;
    const decided = this.#parts.decide(this.#state, command, at);
    if (decided.refusal) return bidError(decided.refusal, this.#state, at);
    this.#state = decided.state;
    const [row] = decided.rows;
    const [bidId] = decided.rows.map((each) => this.#write(each));
    if (!bidId) throw new Error('a bid was accepted without a row');
    const publicId = toPublicId('bid', bidId);
    this.#acts.push({ actor, ...this.#toAct(publicId, row) });
    return { status: 201, reply: this.#answer(publicId, row), replayed: false };
  }

  async save(sql: Sql): Promise<void> {
    if (this.#bids.length === 0) return;
    const { at, leadingBidId } = this.#before;
    const bids = this.#bids.map((bid, place): WrittenBid => {
      const leads = bid.leads && place >= this.#outbid;
      return { ...bid, status: leads ? 'active' : 'outbid' };
    });
    await Promise.all([
      this.#parts.save(sql, this.#auctionId, {
        ...{ state: this.#state, at, bids },
        ...{ leadingBidId: this.#leadingBidId, lastHash: this.#hash },
        isPriceMoved: this.#leadingBidId !== leadingBidId,
      }),
      recordAudits(sql, this.#acts),
    ]);
  }

  #toAct(publicId: string, { seq, amount, isRaise }: BidRow): Act {
    return {
      action: isRaise ? 'bid.raise' : 'bid.place',
      subject: publicId,
      before: null,
      after: { auction_id: this.#publicId, seq, bid_amount: toAmount(amount) },
    };
  }

  /** @returns its id */
  #write(row: BidRow): string {
    const bidId = newId();
    const chained = { ...row, auctionId: this.#auctionId, bidId, at: this.#before.at };
    this.#hash = hashBid(this.#hash, chained);
    // A raise is the leader's alone to know: what everybody sees lead is the bid before it.
    if (row.leads && !row.isRaise) {
      this.#leadingBidId = bidId;
      this.#outbid = this.#bids.length;
    }
    this.#bids.push({ ...chained, hash: this.#hash });
    return bidId;
  }

  #answer(publicId: string, row: BidRow): z.output<typeof BidAnswer> {
    const { price, increment, endAt, currency } = this.#state;
    return {
      bid_id: publicId,
      auction_id: this.#publicId,
      bid_amount: toAmount(row.amount),
      currency,
      status: row.leads ? 'active' : 'outbid',
      is_current_high_bid: row.leads,
      created_at: toTime(this.#before.at),
      minimum_next_bid: toAmount(minimumNextBid(price, increment)),
      end_time: toTime(endAt),
    };
  }
}
