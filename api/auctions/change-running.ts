// What changes a running auction beside bids: with its row held, where its state allows it, and told once it is committed.

import type { Knex } from 'knex';

import { boundWaits } from '../../pipeline/platform/bound-waits.js';
import type { Context } from '../context.js';
import { afterCommit } from '../http/after-commit.js';
import { auctionNotFound, closingError } from './auction-errors.js';
import { type LockedAuction, lockAuction } from './bid-queries.js';
import { type ClosingFacts, findClosingFacts } from './close-queries.js';
import { type Closing, close } from './closing.js';

export interface RunningAuction extends LockedAuction {
  readonly auctionId: string;
  readonly facts: ClosingFacts;
}

/**
 * @param given.makerId who must have made it; for nobody else it is there
 * @throws ApiError AUCTION_NOT_FOUND, and why it cannot be closed so
 */
export async function changeRunning(
  { auctionEvents }: Pick<Context, 'auctionEvents'>,
  db: Knex,
  given: {
    readonly auctionId: string;
    readonly makerId?: string | null;
    readonly closing: (facts: ClosingFacts) => Closing;
  },
  change: (trx: Knex.Transaction, auction: RunningAuction) => Promise<void>,
): Promise<void> {
  const { auctionId, makerId, closing } = given;
  await db.transaction(async (trx) => {
    await boundWaits(trx);
    const locked = await lockAuction(trx, auctionId);
    if (!locked) throw auctionNotFound();
    if (makerId !== undefined && locked.state.makerId !== makerId) throw auctionNotFound();
    const facts = await findClosingFacts(trx, auctionId);
    const { refusal } = close(locked.state, closing(facts), locked.at);
    if (refusal) throw closingError(refusal, facts.newestSeq);
    await change(trx, { ...locked, auctionId, facts });
  });
  afterCommit(db, () => auctionEvents.publish(auctionId));
}
