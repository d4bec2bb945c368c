// Who did what to what, and from where: written in the transaction of the act itself, so that neither is without the other.

import type { Request } from 'express';

import type { Sql } from '../../pipeline/platform/sql.js';
import type { Caller } from '../http/authenticate.js';
import { clientOf } from '../http/client.js';
import { insertEntries } from './queries.js';

export interface Actor {
  /** Null for what the system does by itself. */
  readonly userId: string | null;
  /** An address block, or the name of a process. */
  readonly origin: string;
}

/** What comes due is nobody's act. */
export const CLOCK: Actor = { userId: null, origin: 'background' };

export const actorOf = (user: Pick<Caller, 'userId'>, request: Request): Actor => ({
  userId: user.userId,
  origin: clientOf(request).address,
});

export interface Act {
  readonly action: string;
  readonly subject: string;
  /** What the act changed, and no personal data; so with `after`. */
  readonly before: unknown;
  readonly after: unknown;
}

export const recordAudit = (sql: Sql, actor: Actor, act: Act): Promise<void> =>
  recordAudits(sql, [{ actor, ...act }]);

/** Many at once, in one statement. */
export const recordAudits = (
  sql: Sql,
  acts: readonly (Act & { readonly actor: Actor })[],
): Promise<void> =>
  insertEntries(
    sql,
    acts.map(({ actor: { userId, origin }, ...act }) => ({ ...act, actorId: userId, origin })),
  );
