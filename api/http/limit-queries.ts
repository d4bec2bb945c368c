// The table that rate-limiter-flexible counts in where there is no Redis.

import type { Knex } from 'knex';

export const LIMIT_TABLE = 'rate_limits';

/** For the sweep: how many counts were over. `expire` is in milliseconds since 1970. */
export const removeOutdatedCounts = (db: Knex): Promise<number> =>
  db(LIMIT_TABLE)
    .where('expire', '<', Date.now() - 60_000)
    .delete();
