// For a statement that is asked many times a second: Postgres parses it once a connection, and may keep its plan.

import { createHash } from 'node:crypto';

/**
 * For `.options(…)` of a query. Only for texts of which there are few, with their columns named one by one: what is kept
 * of `*` fails once a migration adds a column.
 * @param text the statement, or any name that stands for this one statement
 */
export const keepPlan = (text: string): { readonly name: string } => ({
  name: `q_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`,
});
