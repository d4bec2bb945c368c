// All SQL on the locks of uploads. A lock is a row with a time: a holder that died lets go by itself.

import type { Knex } from 'knex';

export interface UploadLock {
  readonly uploadId: string;
  /** One request, in one process. */
  readonly holder: string;
}

/** Takes a lock that is free or past its time. */
export async function takeLock(
  db: Knex,
  { uploadId, holder }: UploadLock,
  seconds: number,
): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `insert into upload_locks as l (upload_id, holder, release_requested, expires_at)
     values (?, ?, false, clock_timestamp() + make_interval(secs => ?))
     on conflict (upload_id) do update
       set holder = excluded.holder, release_requested = false, expires_at = excluded.expires_at
       where l.expires_at <= clock_timestamp()
     returning 1`,
    [uploadId, holder, seconds],
  );
  return rows.length > 0;
}

/** Asks whoever holds it to let go. */
export async function requestRelease(db: Knex, uploadId: string): Promise<void> {
  await db('upload_locks')
    .where({ upload_id: uploadId, release_requested: false })
    .update({ release_requested: true });
}

/** `lost` where another has it by now. */
export async function renewLock(
  db: Knex,
  { uploadId, holder }: UploadLock,
  seconds: number,
): Promise<'held' | 'release-requested' | 'lost'> {
  const [row] = await db('upload_locks')
    .where({ upload_id: uploadId, holder })
    .update({ expires_at: db.raw('clock_timestamp() + make_interval(secs => ?)', [seconds]) })
    .returning<{ release_requested: boolean }[]>('release_requested');
  if (!row) return 'lost';
  return row.release_requested ? 'release-requested' : 'held';
}

export async function dropLock(db: Knex, { uploadId, holder }: UploadLock): Promise<void> {
  await db('upload_locks').where({ upload_id: uploadId, holder }).delete();
}

/** Rows that dead holders left. */
export async function dropStaleLocks(db: Knex): Promise<void> {
  await db('upload_locks').whereRaw(`expires_at < clock_timestamp() - interval '1 hour'`).delete();
}
