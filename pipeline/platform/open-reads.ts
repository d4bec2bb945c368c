// Quick reads on a few connections that all requests share: what is asked in one turn of the event loop leaves in one write.

import { Socket } from 'node:net';

import pg from 'pg';
import type { Logger } from 'pino';

import type { Config } from './config.js';
import { databaseUrl } from './database.js';
import { openPreparer } from './prepare-texts.js';
import type { Sql } from './sql.js';

/**
 * For statements that are asked most and take a millisecond: whatever is behind a slow one on its connection waits. Each is
 * a read of its own, prepared by its text: give it few, and never one made of values.
 */
export interface Reads extends Sql {
  raw<Row>(text: string, values?: readonly unknown[]): Promise<{ readonly rows: Row[] }>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;

export interface ReadOptions {
  readonly applicationName: string;
  /** Connections; they are made when first wanted, and again after they were lost. */
  readonly count: number;
  readonly statementTimeoutMs: number;
  readonly log?: Pick<Logger, 'warn'>;
}

export function openReads(config: Pick<Config['database'], 'url'>, options: ReadOptions): Reads {
  const prepare = openPreparer();
  const lines: (Line | undefined)[] = Array.from({ length: options.count });
  let turn = 0;

  function next(): Line {
    turn = (turn + 1) % options.count;
    const known = lines[turn];
    if (known) return known;
    const at = turn;
    const line = openLine(config, options, (err) => {
      if (lines[at] === line) lines[at] = undefined;
      if (err) options.log?.warn({ err }, 'database connection for reads lost');
    });
    lines[at] = line;
    return line;
  }

  return {
    async raw<Row>(text: string, values: readonly unknown[] = []) {
      const line = next();
      await line.connected;
      line.gather();
      const { rows } = await line.client.query({ ...prepare(text), values: [...values] });
      return { rows: rows as Row[] };
    },
    async close() {
      await Promise.all(lines.map((line) => line?.client.end()));
    },
  };
}

interface Line {
  readonly client: pg.Client;
  readonly connected: Promise<unknown>;
  /** What is sent from now on leaves when the present turn of the event loop is over. */
  gather(): void;
}

function openLine(
  config: Pick<Config['database'], 'url'>,
  options: ReadOptions,
  lost: (err?: unknown) => void,
): Line {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: databaseUrl(config),
    stream: () => socket,
    pipeline: true,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs,
    keepAlive: true,
  });
  client.on('error', lost);
  client.on('end', () => lost());
  const connected = client.connect();
  connected.catch(lost);
  let gathering = false;
  return {
    client,
    connected,
    gather() {
      if (gathering) return;
      gathering = true;
      socket.cork();
      setImmediate(() => {
        gathering = false;
        socket.uncork();
      });
    },
  };
}
