// Tells the fleet of this process: its row says what runs here. Losing it costs a view of it, never a job.

import { randomUUID } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import type { WorkerFacts } from '../pipeline/fleet.js';
import { readVersion } from '../pipeline/platform/version.js';
import { removeWorker, saveWorker } from '../pipeline/worker-queries.js';
import type { WorkerContext } from './context.js';

export interface Heartbeat {
  readonly workerId: string;
  /** The process takes no more jobs. */
  drain(): void;
  /** Removes the row. */
  stop(): Promise<void>;
}

/** How soon a change is told. */
const CHANGE_MS = 2_000;
/** How often a worker in which nothing changes says that it lives. */
const ALIVE_MS = 10_000;

export function startHeartbeat(
  { db, config, roster, log }: Pick<WorkerContext, 'db' | 'config' | 'roster' | 'log'>,
  pace: { changeMs?: number; aliveMs?: number } = {},
): Heartbeat {
  const { changeMs = CHANGE_MS, aliveMs = ALIVE_MS } = pace;
  const facts: WorkerFacts = {
    workerId: randomUUID(),
    host: hostname(),
    pid: process.pid,
    version: readVersion(),
    concurrency: config.worker.encodeConcurrency,
    cores: availableParallelism(),
    startedAt: new Date(),
  };
  const stopping = new AbortController();
  let draining = false;
  let failing = false;
  let told = '';
  let toldAt = 0;

  async function tell(): Promise<void> {
    const state = { draining, running: roster.list() };
    const text = JSON.stringify(state);
    if (text === told && Date.now() - toldAt < aliveMs) return;
    try {
      await saveWorker(db, facts, state);
      told = text;
      toldAt = Date.now();
      failing = false;
    } catch (err) {
      if (!failing) log.warn({ err }, 'the fleet does not hear of this worker');
      failing = true;
    }
  }
  const beating = (async () => {
    while (!stopping.signal.aborted) {
      await tell();
      await sleep(changeMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    workerId: facts.workerId,
    drain() {
      draining = true;
    },
    async stop() {
      stopping.abort();
      await beating;
      await removeWorker(db, facts.workerId).catch((err: unknown) =>
        log.warn({ err }, 'the row of this worker stays until it is swept'),
      );
    },
  };
}
