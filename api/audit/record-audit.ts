// Who did what to what, and from where: written in the transaction of the act itself, so that neither is without the other.

import type { Request } from 'express';
import type { Knex } from 'knex';

import type { Caller } from '../http/authenticate.js';
import { clientOf } from '../http/client.js';
import { insertEntry } from './queries.js';

export interface Actor {
  /** Null for what the system does by itself. */
  readonly userId: string | null;
  /** An address block, or the name of a process. */
  readonly origin: string;
}

export const actorOf = (user: Pick<Caller, 'userId'>, request: Request): Actor => ({
  userId: user.userId,
  origin: clientOf(request).address,
});

/** @param act `before` and `after` hold what the act changed, and no personal data */
export const recordAudit = (
  trx: Knex.Transaction,
  { userId, origin }: Actor,
  act: {
    readonly action: string;
    readonly subject: string;
    readonly before: unknown;
    readonly after: unknown;
  },
): Promise<void> => insertEntry(trx, { ...act, actorId: userId, origin });
