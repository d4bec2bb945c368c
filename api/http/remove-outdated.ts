import type { Knex } from 'knex';

import { removeOutdatedAnswers } from './idempotency-queries.js';
import { removeOutdatedCounts } from './limit-queries.js';

/** Sweeps the answers of repeatable requests and the counts of limits whose time is over. */
export async function removeOutdated({ db }: { readonly db: Knex }): Promise<void> {
  await removeOutdatedAnswers(db);
  await removeOutdatedCounts(db);
}
