// Decides bids on one auction in the order given, and writes what came of them: the whole of it in one transaction.

import type { Knex } from 'knex';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { toAmount } from '../../pipeline/platform/money.js';
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
import { limitWaits, lockAuction, saveBids, type WrittenBid } from './bid-queries.js';
import { BidAnswer } from './bid-view.js';
import { minimumNextBid } from './minimum-next-bid.js';
import { type AuctionState, type BidCommand, type BidRow, step } from './step.js';

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

export async function placeBids(
  trx: Knex.Transaction,
  auctionId: string,
  asked: readonly AskedBid[],
  parts: BidParts = PARTS,
): Promise<BidOutcome[]> {
  await limitWaits(trx);
  const locked = await parts.lock(trx, auctionId);
  if (!locked) return asked.map(() => auctionNotFound());
  const claims = await claim(trx, asked);
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
  await fold.save(trx);
  await keepAnswers(trx, kept);
  return outcomes;
}

const toOutcome = (known: Answer | ApiError): BidOutcome =>
  known instanceof ApiError ? known : { ...known, replayed: true };

/** One claim for each bid: null where it has no key, or a new one. */
async function claim(trx: Knex.Transaction, asked: readonly AskedBid[]) {
  const repeatable = asked.flatMap((each) => each.repeatable ?? []);
  const claims = await claimKeys(trx, repeatable);
  return asked.map((each) => (each.repeatable ? (claims.shift() ?? null) : null));
}

type Locked = NonNullable<Awaited<ReturnType<typeof lockAuction>>>;

/** The auction as the bids so far have left it, and what is to be written of them. */
class Fold {
  readonly #auctionId: string;
  readonly #before: Locked;
  readonly #parts: BidParts;
  readonly #bids: WrittenBid[] = [];
  readonly #acts: (Act & { actor: Actor })[] = [];
  #state: AuctionState;
  #leadingBidId: string;
  #hash: Buffer;

  constructor(auctionId: string, locked: Locked, parts: BidParts) {
    this.#auctionId = auctionId;
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
    const [own] = decided.rows.map((row) => this.#write(row));
    if (!own) throw new Error('a bid was accepted without a row');
    const [row] = decided.rows;
    this.#acts.push({ actor, ...this.#toAct(own, row) });
    return { status: 201, reply: this.#answer(own, row), replayed: false };
  }

  async save(trx: Knex.Transaction): Promise<void> {
    if (this.#bids.length === 0) return;
    await this.#parts.save(trx, this.#auctionId, {
      ...{ state: this.#state, at: this.#before.at, bids: this.#bids },
      ...{ leadingBidId: this.#leadingBidId, lastHash: this.#hash },
      isPriceMoved: this.#leadingBidId !== this.#before.leadingBidId,
    });
    await recordAudits(trx, this.#acts);
  }

  #toAct(own: WrittenBid, { seq, amount, isRaise }: BidRow): Act {
    return {
      action: isRaise ? 'bid.raise' : 'bid.place',
      subject: toPublicId('bid', own.bidId),
      before: null,
      after: {
        auction_id: toPublicId('auction', this.#auctionId),
        ...{ seq, bid_amount: toAmount(amount) },
      },
    };
  }

  #write(row: BidRow): WrittenBid {
    const chained = { ...row, auctionId: this.#auctionId, bidId: newId(), at: this.#before.at };
    this.#hash = hashBid(this.#hash, chained);
    const bid: WrittenBid = {
      ...chained,
      hash: this.#hash,
      status: row.leads ? 'active' : 'outbid',
    };
    // A raise is the leader's alone to know: what everybody sees lead is the bid before it.
    if (row.leads && !row.isRaise) {
      this.#leadingBidId = bid.bidId;
      for (const [at, former] of this.#bids.entries()) {
        this.#bids[at] = { ...former, status: 'outbid' };
      }
    }
    this.#bids.push(bid);
    return bid;
  }

  #answer(own: WrittenBid, row: BidRow): unknown {
    const { price, increment, endAt, currency } = this.#state;
    return BidAnswer.parse({
      bid_id: own.bidId,
      auction_id: this.#auctionId,
      bid_amount: own.amount,
      currency,
      status: own.status,
      is_current_high_bid: row.leads,
      created_at: toDate(own.at),
      minimum_next_bid: minimumNextBid(price, increment),
      end_time: toDate(endAt),
    });
  }
}

const toDate = (micros: number): Date => new Date(Math.floor(micros / 1000));
