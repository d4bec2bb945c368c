// The life of a process: start in order, run until told to stop, stop in the reverse order within a deadline.

import type { Logger } from 'pino';

export interface Life {
  /** Aborted as soon as the process is told to stop. */
  readonly stopping: AbortSignal;
  /** Registers how to stop what was just started; the last registered is stopped first. */
  onStop(name: string, stop: () => unknown): void;
}

type Stop = readonly [name: string, stop: () => unknown];

/** A second signal within this time is the same wish: a terminal sends it to every process of the group. */
const SAME_WISH_MS = 1_000;

/**
 * Runs `start`, then waits for SIGTERM, SIGINT or the end of the parent that holds our IPC channel, then stops
 * everything and ends the process: 0 when all stopped, 1 after a failure, the deadline or an uncaught error.
 */
export async function runUntilSignal(
  options: { log: Logger; deadlineSeconds: number },
  start: (life: Life) => Promise<void>,
): Promise<never> {
  const { log } = options;
  const stops: Stop[] = [];
  const controller = new AbortController();
  const told = listenForTheEnd(options, controller);
  let failed = false;
  try {
    await start({
      stopping: controller.signal,
      onStop: (name, stop) => void stops.push([name, stop]),
    });
    process.send?.({ type: 'ready' });
    await told;
  } catch (err) {
    failed = !controller.signal.aborted;
    if (failed) log.fatal({ err }, 'could not start');
    controller.abort();
  }
  const clean = await stopAll(stops, log);
  if (!failed) log.info('stopped');
  return process.exit(failed || !clean ? 1 : 0);
}

/** Resolves when the process is told to stop; from then on the deadline runs. */
function listenForTheEnd(
  { log, deadlineSeconds }: { log: Logger; deadlineSeconds: number },
  controller: AbortController,
): Promise<void> {
  let toldAt = 0;
  const { promise, resolve } = withResolver();
  const tell = (reason: string) => {
    if (controller.signal.aborted) {
      if (toldAt && Date.now() - toldAt > SAME_WISH_MS) process.exit(1);
      return;
    }
    toldAt = Date.now();
    log.info({ reason }, 'stopping');
    controller.abort(new Error(`stopping: ${reason}`));
    resolve();
  };
  process.on('SIGTERM', tell).on('SIGINT', tell);
  if (process.send) process.on('disconnect', () => !toldAt && tell('the parent process is gone'));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught error');
    process.exit(1);
  });
  controller.signal.addEventListener('abort', () => {
    setTimeout(() => {
      log.fatal({ deadlineSeconds }, 'did not stop in time');
      process.exit(1);
    }, deadlineSeconds * 1000).unref();
  });
  return promise;
}

async function stopAll(stops: readonly Stop[], log: Logger): Promise<boolean> {
  let clean = true;
  for (const [name, stop] of stops.toReversed()) {
    try {
      await stop();
      log.debug({ part: name }, 'stopped a part');
    } catch (err) {
      clean = false;
      log.error({ err, part: name }, 'could not stop a part');
    }
  }
  return clean;
}

function withResolver() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
