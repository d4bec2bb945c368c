// Keeps one of our processes running: starts it again when it dies, more slowly each time, until told to stop.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import type { Logger } from 'pino';

import { relayLines } from './relay-lines.js';

export interface ProcessOptions {
  readonly name: string;
  /** A module of ours; `.ts` is run by tsx. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** Where what it prints goes. */
  readonly print: (line: string) => void;
  readonly stopSeconds: number;
}

export interface SupervisedProcess {
  /** Resolves at its first `ready` message; rejects where it dies again and again before that. */
  readonly ready: Promise<void>;
  readonly pid: () => number | undefined;
  restart(): void;
  stop(): Promise<void>;
}

const TRIES_TO_START = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Having lived this long, it did not die of its start. */
const HEALTHY_MS = 30_000;
/** How a process ends that was told to. */
const ASKED = 'exit code 0';

export function superviseProcess(options: ProcessOptions): SupervisedProcess {
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  const start = withSettlement();
  const lives = (async () => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      const bornAt = Date.now();
      const life = launch(options, start.resolve);
      child = life.child;
      const how = await life.ended;
      child = null;
      if (stopping.signal.aborted) return;
      const asked = how === ASKED && start.isSettled();
      failures = asked || Date.now() - bornAt > HEALTHY_MS ? 1 : failures + 1;
      if (!start.isSettled() && failures >= TRIES_TO_START) {
        start.reject(new Error(`${options.name} does not start (${how}):\n${life.lastLines()}`));
        return;
      }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      options.log.warn({ part: options.name, how, pauseMs }, 'a process ended; starting it again');
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    ready: start.promise,
    pid: () => child?.pid,
    restart: () => void child?.kill('SIGTERM'),
    async stop() {
      stopping.abort();
      const doomed = child;
      doomed?.kill('SIGTERM');
      const timer = setTimeout(() => doomed?.kill('SIGKILL'), options.stopSeconds * 1000);
      await lives;
      clearTimeout(timer);
    },
  };
}

function launch(options: ProcessOptions, isReady: () => void) {
  const runner = options.entry.endsWith('.ts')
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : ['--enable-source-maps'];
  const child = spawn(process.execPath, [...runner, options.entry], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C in a terminal reaches us only; we stop our processes in their order.
    detached: true,
  });
  child.on('message', (message) => {
    if ((message as { type?: string } | null)?.type === 'ready') isReady();
  });
  let lines: string[] = [];
  const keep = (line: string) => {
    lines = [...lines, line].slice(-20);
    options.print(line);
  };
  relayLines(child.stdout, keep);
  relayLines(child.stderr, (line) => keep(`[${options.name}] ${line}`));
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal ? `killed by ${signal}` : `exit code ${code}`),
    (err: Error) => err.message,
  );
  return { child, ended, lastLines: () => lines.join('\n') };
}

/** A promise that is settled from outside, once; nobody need listen to its rejection. */
function withSettlement() {
  let settled = false;
  let resolve = () => {};
  let reject = (_err: Error) => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = () => {
      settled = true;
      yes();
    };
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject, isSettled: () => settled };
}
