// What is told of a change only once it is there: at once, or when the transaction that it is part of has committed.

import type { Knex } from 'knex';

/** @param db the database, or the transaction of a repeatable request */
export function afterCommit(db: Knex, tell: () => void): void {
  if (!('executionPromise' in db)) tell();
  else void (db as Knex.Transaction).executionPromise.then(tell, () => {});
}
