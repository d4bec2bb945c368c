// A sweep: whoever may be counted again is forgotten, and so are the salts of days gone by.

import type { Knex } from 'knex';

import * as queries from './queries.js';

export const removeOldViewers = ({ db }: { readonly db: Knex }): Promise<number> =>
  queries.removeOldViewers(db);
