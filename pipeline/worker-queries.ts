// All SQL on workers.

import type { Knex } from 'knex';

import {
  type FleetWorker,
  LOST_SECONDS,
  runningJob,
  type WorkerFacts,
  type WorkerState,
} from './fleet.js';

/** Makes the row or renews it: one that was swept while its worker was cut off comes back. */
export async function saveWorker(db: Knex, facts: WorkerFacts, state: WorkerState): Promise<void> {
  const told = {
    draining: state.draining,
    running: JSON.stringify(state.running),
    seen_at: db.raw('clock_timestamp()'),
  };
  await db('workers')
    .insert({
      worker_id: facts.workerId,
      host: facts.host,
      pid: facts.pid,
      version: facts.version,
      concurrency: facts.concurrency,
      cores: facts.cores,
      started_at: facts.startedAt,
      ...told,
    })
    .onConflict('worker_id')
    .merge(told);
}

export async function removeWorker(db: Knex, workerId: string): Promise<void> {
  await db('workers').where({ worker_id: workerId }).del();
}

/** @returns how many were not heard of for a minute, and are removed */
export function removeLostWorkers(db: Knex): Promise<number> {
  return db('workers')
    .whereRaw('seen_at < clock_timestamp() - make_interval(secs => ?)', [LOST_SECONDS])
    .del();
}

/** Oldest first. */
export async function listWorkers(db: Knex): Promise<FleetWorker[]> {
  const rows = await db('workers')
    .select('*', db.raw('extract(epoch from clock_timestamp() - seen_at)::float8 as silent'))
    .orderBy(['started_at', 'worker_id']);
  return rows.map((row) => ({
    workerId: row.worker_id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    concurrency: row.concurrency,
    cores: row.cores,
    startedAt: row.started_at,
    seenAt: row.seen_at,
    silentSeconds: Math.max(0, row.silent),
    draining: row.draining,
    // A newer worker may tell more, or otherwise: what cannot be read is left out.
    running: [row.running].flat().flatMap((job) => {
      const read = runningJob.safeParse(job);
      return read.success ? [read.data] : [];
    }),
  }));
}
