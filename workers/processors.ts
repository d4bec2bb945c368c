// Everything that a worker runs, on one page.

import type { Job } from 'bullmq';

import type { JobContract } from '../pipeline/jobs/define-job.js';
import * as jobs from '../pipeline/jobs/media-jobs.js';
import { ownFault } from '../pipeline/media-fault.js';
import type { LeasedStage } from '../pipeline/media-lease-queries.js';
import { admitUpload } from './admit-upload.js';
import type { WorkerContext } from './context.js';
import { encodeMedia } from './encode-media.js';
import { failClip } from './fail-clip.js';
import { publishMedia } from './publish-media.js';
import { type Processor, processor, type Run } from './run-processor.js';
import { runStage, type StageRun } from './run-stage.js';
import { stillsMedia } from './stills-media.js';

/** A clip may take this many times its own length before it is stopped. */
const DEADLINE_FACTOR = 30;

export const processors: readonly Processor[] = [
  processor(jobs.admitUpload, async (context, payload, run) => {
    await inStage(context, 'admit', jobs.admitUpload, payload, run, admitUpload);
    return { admitted: true };
  }),
  processor(jobs.makeStills, (context, payload, run) =>
    inStage(context, 'stills', jobs.makeStills, payload, run, stillsMedia),
  ),
  processor(jobs.encodeMedia, (context, payload, run) =>
    inStage(context, 'encode', jobs.encodeMedia, payload, run, encodeMedia),
  ),
  processor(jobs.publishMedia, async (context, payload, run) => {
    const clip = { mediaId: payload.media_id, attempt: payload.attempt };
    try {
      const children = await readChildren(run.job);
      return { published: await publishMedia(context, { ...clip, ...children }) };
    } catch (error) {
      if (run.lastTry) await failClip(context, clip, ownFault(error));
      throw error;
    }
  }),
];

function inStage<T>(
  context: WorkerContext,
  stage: LeasedStage,
  contract: Pick<JobContract, 'timeoutMs'>,
  payload: jobs.ClipPayload,
  run: Run,
  work: (context: WorkerContext, run: StageRun) => Promise<T>,
): Promise<T> {
  const order = {
    stage,
    mediaId: payload.media_id,
    attempt: payload.attempt,
    lastTry: run.lastTry,
    lockLost: run.lockLost,
    deadlineMs: ({ duration }: { duration: number | null }) =>
      Math.max(contract.timeoutMs, DEADLINE_FACTOR * 1000 * (duration ?? 0)),
  };
  return runStage(context, order, (stageRun) => work(context, stageRun));
}

/** What both children of a clip's flow wrote. Keys end in `<queue>:<job id>`. */
async function readChildren(job: Job) {
  const values = Object.entries(await job.getChildrenValues());
  const of = (contract: JobContract) =>
    contract.result.parse(values.find(([key]) => key.split(':').includes(contract.queue))?.[1]);
  return {
    encoded: of(jobs.encodeMedia) as jobs.EncodedMedia,
    stills: of(jobs.makeStills) as jobs.WrittenStills,
  };
}
