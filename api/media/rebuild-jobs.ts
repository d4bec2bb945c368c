// A sweep: clips whose job the queue does not know (any more) get a new attempt and a new job.

import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { enqueueClip } from '../../pipeline/enqueue-clip.js';
import {
  admitUpload,
  clipJobId,
  encodeMedia,
  encodePart,
  makeStills,
  partJobId,
  publishMedia,
} from '../../pipeline/jobs/media-jobs.js';
import type { Queues } from '../../pipeline/jobs/open-queues.js';
import type { MediaEvents } from '../../pipeline/media-events.js';
import { type LeasedStage, listIdleClips } from '../../pipeline/media-lease-queries.js';
import { requeueLost } from '../../pipeline/media-move-queries.js';

interface SweepContext {
  readonly db: Knex;
  readonly queues: Pick<Queues, 'add' | 'isKnown' | 'isActive'>;
  readonly mediaEvents: Pick<MediaEvents, 'publish'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

const PAGE = 200;
/** Longer than any job takes from the row's commit to the queue. */
const IDLE_SECONDS = 5;

/** @returns how many were rebuilt */
export async function rebuildJobs(
  context: SweepContext,
  options: { idleSeconds?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { db, queues, log } = context;
  let rebuilt = 0;
  let after: string | null = null;
  while (!options.signal?.aborted) {
    const idleSeconds = options.idleSeconds ?? IDLE_SECONDS;
    const idle = await listIdleClips(db, { after, limit: PAGE, idleSeconds });
    for (const { mediaId, attempt, lapsed } of idle) {
      const jobId = clipJobId(mediaId, attempt);
      if (
        (await hasJob(queues, jobId)) &&
        !(await isForsaken(queues, { mediaId, attempt, lapsed }))
      )
        continue;
      const next = await requeueLost(db, mediaId, attempt);
      if (next === null) continue;
      log.info({ mediaId, attempt: next }, 'clip without a job queued again');
      await enqueueClip(context, mediaId, next);
      rebuilt += 1;
    }
    after = idle.at(-1)?.mediaId ?? null;
    if (idle.length < PAGE) break;
  }
  return rebuilt;
}

/** The flow's parent lives as long as its children. */
const hasJob = async (queues: SweepContext['queues'], jobId: string) =>
  (await queues.isKnown(admitUpload, jobId)) || (await queues.isKnown(publishMedia, jobId));

const CONTRACTS = { admit: admitUpload, stills: makeStills, encode: encodeMedia } as const;

/** All of a clip's jobs have one id in their queues, but those of parts. */
function jobOf(stage: LeasedStage, mediaId: string, attempt: number) {
  if (stage in CONTRACTS) {
    const contract = CONTRACTS[stage as keyof typeof CONTRACTS];
    return { contract, jobId: clipJobId(mediaId, attempt) };
  }
  const part = Number(stage.replace('part', ''));
  return { contract: encodePart, jobId: partJobId(mediaId, attempt, part) };
}

/**
 * Whether the queue counts a job as run that nobody runs: its worker vanished while its clock was far ahead, and so its
 * lock ends far ahead too.
 */
async function isForsaken(
  queues: SweepContext['queues'],
  { mediaId, attempt, lapsed }: Awaited<ReturnType<typeof listIdleClips>>[number],
): Promise<boolean> {
  for (const stage of lapsed) {
    const { contract, jobId } = jobOf(stage, mediaId, attempt);
    if (await queues.isActive(contract, jobId)) return true;
  }
  return false;
}
