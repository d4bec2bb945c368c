// Objects to be removed, as rows. A run notes its prefix here before it writes the first object, and the
// transaction that names the objects in a clip's row strikes the note: whatever dies between leaves nothing behind.

import type { Knex } from 'knex';

export type Removal = { readonly prefix: string } | { readonly key: string };

export interface DueRemoval {
  readonly removalId: string;
  readonly target: Removal;
}

export async function queueRemoval(db: Knex, target: Removal, delaySeconds = 0): Promise<void> {
  await db('object_removals').insert({
    prefix_or_key: textOf(target),
    is_prefix: 'prefix' in target,
    not_before: inSeconds(db, delaySeconds),
  });
}

/**
 * Strikes the note, for objects that a row names from now on.
 * @returns false where a sweep has begun to remove them: they must not be named, and `trx` must be undone
 */
export async function strikeRemoval(trx: Knex.Transaction, target: Removal): Promise<boolean> {
  const struck: { attempts: number }[] = await trx('object_removals')
    .where({ prefix_or_key: textOf(target) })
    .delete()
    .returning('attempts');
  return struck.length > 0 && struck.every(({ attempts }) => attempts === 0);
}

/** Makes a note due now, where a run knows that its objects are of no use. */
export async function hastenRemoval(db: Knex, target: Removal): Promise<void> {
  await db('object_removals')
    .where({ prefix_or_key: textOf(target) })
    .update({ not_before: db.fn.now() });
}

/** A newer run has begun: what earlier ones noted under `prefixStart` and no row names goes soon. */
export async function removeSupersededOutputs(db: Knex, prefixStart: string): Promise<void> {
  await db('object_removals')
    .where({ is_prefix: true, attempts: 0 })
    .whereRaw('starts_with(prefix_or_key, ?)', [prefixStart])
    .update({ not_before: db.raw('least(not_before, ?)', [inSeconds(db, ZOMBIE_SECONDS)]) });
}

/** Takes notes that are due; one not settled within `retrySeconds` is taken again. */
export async function takeDueRemovals(
  db: Knex,
  options: { limit: number; retrySeconds: number },
): Promise<DueRemoval[]> {
  const due = db('object_removals')
    .select('removal_id')
    .where('not_before', '<=', db.raw('clock_timestamp()'))
    .orderBy('not_before')
    .limit(options.limit)
    .forUpdate()
    .skipLocked();
  const rows: { removal_id: string; prefix_or_key: string; is_prefix: boolean }[] = await db(
    'object_removals',
  )
    .whereIn('removal_id', due)
    .update({ not_before: inSeconds(db, options.retrySeconds), attempts: db.raw('attempts + 1') })
    .returning(['removal_id', 'prefix_or_key', 'is_prefix']);
  return rows.map((row) => ({
    removalId: row.removal_id,
    target: row.is_prefix ? { prefix: row.prefix_or_key } : { key: row.prefix_or_key },
  }));
}

export async function settleRemoval(db: Knex, removalId: string): Promise<void> {
  await db('object_removals').where({ removal_id: removalId }).delete();
}

// A run that was only frozen may write for a moment yet before it hears that it was superseded.
const ZOMBIE_SECONDS = 10 * 60;

const textOf = (target: Removal) => ('prefix' in target ? target.prefix : target.key);

const inSeconds = (db: Knex, seconds: number) =>
  db.raw('clock_timestamp() + make_interval(secs => ?)', [seconds]);
