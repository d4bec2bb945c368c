// An embedded Postgres that is started again, on the same port, should it die.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import { startEmbeddedPostgres } from './embedded-postgres.js';

/** Its data lies in `dataDir/postgres`, its password in `dataDir/postgres-password`. */
export async function supervisePostgres(
  dataDir: string,
  log: Logger,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = resolve(dataDir, 'postgres');
  const password = await openPassword(resolve(dataDir));
  const first = await startEmbeddedPostgres({ folder, password });
  log.info({ folder, port: first.port }, 'Postgres runs');
  let current = first;
  let stopping = false;

  const watch = async () => {
    for (;;) {
      await current.exited;
      if (stopping) return;
      log.warn('Postgres ended; starting it again');
      try {
        current = await startEmbeddedPostgres({ folder, password, port: first.port });
      } catch (err) {
        log.error({ err }, 'Postgres did not start again');
        await sleep(2_000);
      }
    }
  };
  const watching = watch();
  return {
    url: first.url,
    async stop() {
      stopping = true;
      await current.stop();
      await watching;
    },
  };
}

async function openPassword(dataDir: string): Promise<string> {
  const path = join(dataDir, 'postgres-password');
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(
    (err: NodeJS.ErrnoException) => {
      if (err.code !== 'EEXIST') throw err;
    },
  );
  return (await readFile(path, 'utf8')).trim();
}
