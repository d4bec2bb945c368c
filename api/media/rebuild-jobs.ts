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
import {
  type IdleClip,
  type LeasedStage,
  listIdleClips,
} from '../../pipeline/media-lease-queries.js';
import { requeueLost } from '../../pipeline/media-move-queries.js';

export interface SweepContext {
  readonly db: Knex;
  readonly queues: Pick<Queues, 'add' | 'addFlow' | 'isKnown' | 'stateOf'>;
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
    for (const clip of idle) {
      const { mediaId, attempt } = clip;
      if (!(await isLost(queues, clip))) continue;
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

/** Whether the queue has no job for the clip, or one that nobody runs. */
export async function isLost(queues: SweepContext['queues'], clip: IdleClip): Promise<boolean> {
  const jobId = clipJobId(clip.mediaId, clip.attempt);
  return !(await hasJob(queues, jobId)) || (await isForsaken(queues, clip));
}

/** The flow's parent lives as long as its children. */
const hasJob = async (queues: SweepContext['queues'], jobId: string) =>
  (await queues.isKnown(admitUpload, jobId)) || (await queues.isKnown(publishMedia, jobId));

const CONTRACTS = { admit: admitUpload, stills: makeStills, encode: encodeMedia } as const;

/** A queue starts a vanished worker's job again well before this, and then there is a lease. */
const ACTIVE_SECONDS = 30;
/** No job is put off for as long, and no clip is published for as long. */
const LONGEST_SECONDS = 120;

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
 * Whether the queue counts a job as run that nobody runs, or keeps it for hours: the clock of the worker that had it
 * was far ahead, and so its lock, or its delay, ends far ahead too.
 */
async function isForsaken(
  queues: SweepContext['queues'],
  { mediaId, attempt, resting }: IdleClip,
): Promise<boolean> {
  for (const { stage, seconds } of resting) {
    if (seconds <= ACTIVE_SECONDS) continue;
    const { contract, jobId } = jobOf(stage, mediaId, attempt);
    const state = await queues.stateOf(contract, jobId);
    if (state === 'active' || (state === 'delayed' && seconds > LONGEST_SECONDS)) return true;
  }
  // Publishing has no lease of its own: it begins when the others have ended.
  if (Math.min(...resting.map(({ seconds }) => seconds)) <= LONGEST_SECONDS) return false;
  const state = await queues.stateOf(publishMedia, clipJobId(mediaId, attempt));
  return state === 'active' || state === 'delayed';
}
