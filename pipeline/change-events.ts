// Tells every process which rows have changed. Carries ids only: the rows are the truth, and listeners read them.

import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import type { Logger } from 'pino';

export interface ChangeEvents {
  /** Call after commit. Never fails: an event that is lost costs a listener some seconds, no truth. */
  publish(id: string): void;
  /** `listener` runs at each change, and after each reconnect, when changes may have been missed. */
  subscribe(id: string, listener: () => void): () => void;
  close(): Promise<void>;
}

const RECONNECT_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;
// Postgres takes payloads of less than 8,000 bytes; a uuid and its comma are 37.
const IDS_PER_NOTICE = 200;

/** The listening connection is opened at the first subscription, so a worker never holds one. */
export function openChangeEvents(options: {
  channel: string;
  /** What changes within so long is one notice. */
  coalesceMs: number;
  pool: Pick<pg.Pool, 'query'>;
  connectionString: string;
  log: Pick<Logger, 'warn'>;
}): ChangeEvents {
  const { pool, log, channel, coalesceMs } = options;
  const listeners = new EventEmitter().setMaxListeners(0);
  const pending = new Set<string>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let listening: Promise<void> | undefined;

  async function notify() {
    timer = undefined;
    const ids = [...pending];
    pending.clear();
    for (let at = 0; at < ids.length; at += IDS_PER_NOTICE) {
      const payload = ids.slice(at, at + IDS_PER_NOTICE).join(',');
      await pool
        .query('select pg_notify($1, $2)', [channel, payload])
        .catch((err: unknown) => log.warn({ err }, 'change events not sent'));
    }
  }

  async function listen() {
    while (!closing.signal.aborted) {
      try {
        await listenOnce(options, closing.signal, {
          ready: () => wakeAll(listeners),
          changed: (id) => listeners.emit(id),
        });
      } catch (err) {
        if (!closing.signal.aborted) log.warn({ err }, 'change events lost their connection');
      }
      await sleep(RECONNECT_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    publish(id) {
      pending.add(id);
      timer ??= setTimeout(notify, coalesceMs);
    },
    subscribe(id, listener) {
      listeners.on(id, listener);
      listening ??= listen();
      return () => listeners.off(id, listener);
    },
    async close() {
      clearTimeout(timer);
      await notify();
      closing.abort();
      await listening;
    },
  };
}

async function listenOnce(
  { connectionString, channel }: { connectionString: string; channel: string },
  signal: AbortSignal,
  on: { ready: () => void; changed: (id: string) => void },
): Promise<void> {
  const client = new pg.Client({
    connectionString,
    application_name: 'video-window events',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  let stop = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', resolve);
    stop = resolve;
  });
  signal.addEventListener('abort', stop);
  ended.catch(() => {});
  try {
    client.on('notification', ({ payload }) => {
      for (const id of payload?.split(',') ?? []) on.changed(id);
    });
    await client.connect();
    await client.query(`listen ${channel}`);
    on.ready();
    await ended;
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => {});
  }
}

const wakeAll = (listeners: EventEmitter) => {
  for (const id of listeners.eventNames()) listeners.emit(id);
};
