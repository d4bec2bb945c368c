// The moves of a picture's row while it is worked on. Only the run with the newest token of its attempt may write.

import type { Knex } from 'knex';

import type { Image, StoredSize } from './image.js';
import { dropFormerImages, type ImageRow, toImage } from './image-queries.js';
import type { MediaFault } from './media-fault.js';
import { queueRemoval, strikeRemoval } from './object-removal-queries.js';

export interface ImageRun {
  readonly image: Image;
  readonly token: number;
  /** Runs so far that have not ended in order, this one included. */
  readonly starts: number;
}

/** @returns null where the picture is gone or finished, or where a newer attempt exists */
export async function startImageRun(
  db: Knex,
  { imageId, attempt, ttlSeconds }: { imageId: string; attempt: number; ttlSeconds: number },
): Promise<ImageRun | null> {
  const [row]: ImageRow[] = await unfinished(db)
    .where({ image_id: imageId, attempt })
    .update({
      ...changed(db),
      status: 'processing',
      starts: db.raw('starts + 1'),
      token: db.raw('token + 1'),
      lease_until: inSeconds(db, ttlSeconds),
    })
    .returning('*');
  return row ? { image: toImage(row), token: Number(row.token), starts: row.starts } : null;
}

/** An orderly end: it no longer counts against the picture. */
export async function endImageRun(db: Knex, run: ImageRun): Promise<void> {
  await held(db, run).update({
    starts: db.raw('greatest(starts - 1, 0)'),
    lease_until: db.raw('clock_timestamp()'),
  });
}

/**
 * Names what a run has written, all at once, and lets go of what it replaces.
 * @returns false where somebody has overtaken the run
 */
export function completeImage(
  db: Knex,
  run: ImageRun,
  made: { prefix: string; sizes: readonly StoredSize[]; placeholder: string; graceSeconds: number },
): Promise<boolean> {
  const { prefix, sizes, placeholder, graceSeconds } = made;
  const { image } = run;
  return db.transaction(async (trx) => {
    const named = await held(trx, run).update({
      ...changed(trx),
      status: 'completed',
      prefix,
      sizes: JSON.stringify(sizes),
      placeholder,
    });
    if (named === 0) return false;
    if (!(await strikeRemoval(trx, { prefix }))) throw new Error('the picture was swept away');
    await queueRemoval(trx, { key: image.sourceKey });
    await dropFormerImages(trx, image, graceSeconds);
    if (image.purpose === 'avatar') {
      await trx('user_profiles')
        .where({ user_id: image.ownerId })
        .update({ avatar_url: sizes.at(-1)?.jpeg ?? null, updated_at: trx.fn.now() });
    }
    return true;
  });
}

/** Ends a picture as failed; what was sent is removed. */
export function failImage(db: Knex, run: ImageRun, fault: MediaFault): Promise<boolean> {
  return db.transaction(async (trx) => {
    const failed = await held(trx, run).update({
      ...changed(trx),
      status: 'failed',
      error_code: fault.code,
      error_message: fault.message,
    });
    if (failed > 0) await queueRemoval(trx, { key: run.image.sourceKey });
    return failed > 0;
  });
}

/** A new attempt for a picture whose job was lost. @returns it, or null where the picture has moved on */
export async function requeueLostImage(
  db: Knex,
  imageId: string,
  attempt: number,
): Promise<number | null> {
  const [row] = await unfinished(db)
    .where({ image_id: imageId, attempt })
    .whereRaw(NOT_LEASED)
    .update({ ...changed(db), status: 'pending', attempt: db.raw('attempt + 1') })
    .returning('attempt');
  return row ? Number(row.attempt) : null;
}

/** Pictures that ought to have a job and that nobody works on, by id: those whose row rested for `idleSeconds`. */
export async function listIdleImages(
  db: Knex,
  page: { after: string | null; limit: number; idleSeconds: number },
): Promise<{ imageId: string; attempt: number }[]> {
  const query = unfinished(db)
    .where('updated_at', '<', inSeconds(db, -page.idleSeconds))
    .whereRaw(NOT_LEASED);
  if (page.after) query.where('image_id', '>', page.after);
  const rows = await query.orderBy('image_id').limit(page.limit).select('image_id', 'attempt');
  return rows.map((row) => ({ imageId: row.image_id, attempt: row.attempt }));
}

const NOT_LEASED = '(lease_until is null or lease_until <= clock_timestamp())';

const unfinished = (db: Knex) =>
  db('images').whereIn('status', ['pending', 'processing']).where({ deleted_at: null });

const held = (db: Knex, { image, token }: ImageRun) =>
  unfinished(db).where({ image_id: image.imageId, attempt: image.attempt, token });

const changed = (db: Knex) => ({ updated_at: db.fn.now(), version: db.raw('version + 1') });

const inSeconds = (db: Knex, seconds: number) =>
  db.raw('clock_timestamp() + make_interval(secs => ?)', [seconds]);
