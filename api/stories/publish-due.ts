// Publishes the approved stories whose time has come: once each, and late rather than never after an outage.

import { CLOCK } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { moveLocked } from './move-story.js';
import { lockStory } from './queries.js';
import { isDue, listDueIds } from './state-queries.js';
import { tellChanged } from './stories-changed.js';

const AT_A_TIME = 100;
const BY_CLOCK = { actor: CLOCK, role: 'clock' } as const;

/** A sweep. Safe in several processes at once. Returns how many it published. */
export async function publishDue(
  { db, mediaEvents, log }: Pick<Context, 'db' | 'mediaEvents' | 'log'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  let published = 0;
  for (const storyId of await listDueIds(db, AT_A_TIME)) {
    if (signal?.aborted) break;
    const moved = await db.transaction(async (trx) => {
      const story = await lockStory(trx, storyId);
      if (story?.status !== 'approved' || !(await isDue(trx, storyId))) return false;
      await moveLocked(trx, BY_CLOCK, { storyId, move: 'publish' });
      return true;
    });
    if (!moved) continue;
    published += 1;
    tellChanged({ mediaEvents }, storyId);
  }
  if (published > 0) log.info({ published }, 'due stories published');
  return published;
}
