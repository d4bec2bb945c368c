// Runs a program that must not outlive us, whatever ends us.

import { type ChildProcess, spawn } from 'node:child_process';

import type { Account } from './postgres-account.js';

// The end of our side of descriptor 3 (closed by the system also after kill -9) makes the shell stop the program.
const KEEPER = `
grace=$1 remove=$2
shift 2
"$@" 3<&- &
pid=$!
( read -r line <&3; sleep "$grace"; kill -INT $pid ) >/dev/null 2>&1 &
watcher=$!
wait $pid
status=$?
kill $watcher 2>/dev/null
if [ -n "$remove" ]; then rm -rf "$remove"; fi
exit $status
`;

export interface KeepOptions {
  readonly account: Account | null;
  readonly cwd: string;
  /** Between our end and the program's, for those who still use it. */
  readonly graceSeconds: number;
  /** A folder to remove after the program's end. */
  readonly remove?: string;
}

/** A session of its own, so that Ctrl-C in a terminal reaches us only. Its standard error is a pipe. */
export function keepProcess(command: readonly string[], options: KeepOptions): ChildProcess {
  return spawn(
    '/bin/sh',
    ['-c', KEEPER, 'sh', String(options.graceSeconds), options.remove ?? '', ...command],
    {
      cwd: options.cwd,
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
      ...options.account,
    },
  );
}
