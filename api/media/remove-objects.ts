// A sweep: removes objects whose time is over. One that cannot be removed is tried again later.

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import {
  type Removal,
  settleRemoval,
  takeDueRemovals,
} from '../../pipeline/object-removal-queries.js';
import { objectKey } from '../../pipeline/storage/object-key.js';
import type { Storage } from '../../pipeline/storage/storage.js';

const BATCH = 20;
const RETRY_SECONDS = 10 * 60;

/** @returns how many notes were settled */
export async function removeObjects(
  context: {
    readonly db: Knex;
    readonly storage: Pick<Storage, 'remove' | 'removePrefix'>;
    readonly log: Pick<Logger, 'info' | 'warn'>;
  },
  options: { signal?: AbortSignal } = {},
): Promise<number> {
  const { db, storage, log } = context;
  let settled = 0;
  while (!options.signal?.aborted) {
    const due = await takeDueRemovals(db, { limit: BATCH, retrySeconds: RETRY_SECONDS });
    for (const { removalId, target } of due) {
      try {
        await remove(storage, target);
        await settleRemoval(db, removalId);
        settled += 1;
        log.info(target, 'objects removed');
      } catch (err) {
        log.warn({ err, ...target }, 'objects not removed yet');
      }
    }
    if (due.length < BATCH) break;
  }
  return settled;
}

async function remove(storage: Pick<Storage, 'remove' | 'removePrefix'>, target: Removal) {
  if ('prefix' in target) return void (await storage.removePrefix(target.prefix));
  await storage.remove(objectKey(target.key));
  // In a bucket tus keeps what is too small for a part beside the upload; a request that failed may have left it.
  if (target.key.startsWith('quarantine/')) await storage.remove(objectKey(`${target.key}.part`));
}
