// How long a request waits for what others hold: it ends in 503 rather than in a pile-up.

import type { Knex } from 'knex';

/** For those who have the row, and for one statement; the time-outs of a line that is made for it. */
export const WAITS = { lockTimeoutMs: 2_000, statementTimeoutMs: 3_000 } as const;

export async function boundWaits(trx: Knex.Transaction): Promise<void> {
  const { lockTimeoutMs, statementTimeoutMs } = WAITS;
  await trx.raw(
    `set local lock_timeout = ${lockTimeoutMs}; set local statement_timeout = ${statementTimeoutMs}`,
  );
}
