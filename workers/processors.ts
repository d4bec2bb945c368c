// Everything that a worker runs, on one page.

import type { Job } from 'bullmq';
import type { z } from 'zod';

import { enqueueClip } from '../pipeline/enqueue-clip.js';
import type { JobContract } from '../pipeline/jobs/define-job.js';
import { processImage } from '../pipeline/jobs/image-jobs.js';
import * as jobs from '../pipeline/jobs/media-jobs.js';
import { ownFault } from '../pipeline/media-fault.js';
import type { LeasedStage } from '../pipeline/media-lease-queries.js';
import { requeueLost } from '../pipeline/media-move-queries.js';
import { requeueLostReencode } from '../pipeline/reencode-queries.js';
import { admitUpload } from './admit-upload.js';
import { captionMedia } from './caption-media.js';
import type { WorkerContext } from './context.js';
import { encodeMedia } from './encode-media.js';
import { encodePart } from './encode-part.js';
import { failClip } from './fail-clip.js';
import type { PartOf } from './progress.js';
import { publishMedia } from './publish-media.js';
import { runImage } from './run-image.js';
import { type Processor, processor, type Run } from './run-processor.js';
import { runStage, type StageRun } from './run-stage.js';
import { HandBackError, waitOut } from './run-stopped.js';
import { stillsMedia } from './stills-media.js';

/** A clip may take this many times its own length before it is stopped. */
const DEADLINE_FACTOR = 30;

const encodeProcessor = processor(jobs.encodeMedia, (context, payload, run) =>
  inStage(context, 'encode', jobs.encodeMedia, payload, run, async (_, stageRun) =>
    encodeMedia(context, stageRun, 'parts' in payload ? await readParts(run.job) : null),
  ),
);

const partProcessor = processor(jobs.encodePart, (context, payload, run) =>
  inStage(
    context,
    `part${payload.part}`,
    jobs.encodePart,
    payload,
    run,
    (_, stageRun) => encodePart(context, stageRun, payload),
    { index: payload.part, of: payload.parts },
  ),
);

export const processors: readonly Processor[] = [
  processor(jobs.admitUpload, async (context, payload, run) => {
    await inStage(context, 'admit', jobs.admitUpload, payload, run, admitUpload);
    return { admitted: true };
  }),
  processor(jobs.makeStills, (context, payload, run) =>
    inStage(context, 'stills', jobs.makeStills, payload, run, stillsMedia),
  ),
  // One queue, so that parts and wholes share their places.
  {
    contract: jobs.encodeMedia,
    process: (context, job, token, lockLost) =>
      (jobs.isPart(job.data) ? partProcessor : encodeProcessor).process(
        ...[context, job, token, lockLost],
      ),
  },
  processor(jobs.publishMedia, async (context, payload, run) => {
    const clip = { mediaId: payload.media_id, attempt: payload.attempt };
    try {
      const children = await readChildren(run.job);
      if (!children) {
        await startOver(context, clip);
        return { published: false };
      }
      return { published: await publishMedia(context, { ...clip, ...children }) };
    } catch (caught) {
      const error = waitOut(caught, run.starts);
      if (run.lastTry && !(error instanceof HandBackError))
        await failClip(context, clip, ownFault(error));
      throw error;
    }
  }),
  processor(jobs.captionMedia, async (context, { media_id: mediaId }, { lockLost }) => ({
    published: await captionMedia(context, {
      mediaId,
      lockLost,
      timeoutMs: jobs.captionMedia.timeoutMs,
    }),
  })),
  processor(processImage, async (context, payload, { starts, lastTry, lockLost }) => {
    const { image_id: imageId, attempt } = payload;
    const { timeoutMs } = processImage;
    return {
      completed: await runImage(context, {
        imageId,
        attempt,
        starts,
        lastTry,
        lockLost,
        timeoutMs,
      }),
    };
  }),
];

function inStage<T>(
  context: WorkerContext,
  stage: LeasedStage,
  contract: Pick<JobContract, 'timeoutMs'>,
  payload: Pick<jobs.ClipPayload, 'media_id' | 'attempt'>,
  run: Run,
  work: (context: WorkerContext, run: StageRun) => Promise<T>,
  part?: PartOf,
): Promise<T> {
  const order = {
    stage,
    mediaId: payload.media_id,
    attempt: payload.attempt,
    part,
    starts: run.starts,
    lastTry: run.lastTry,
    lockLost: run.lockLost,
    report: run.report,
    deadlineMs: ({ duration }: { duration: number | null }) =>
      Math.max(contract.timeoutMs, DEADLINE_FACTOR * 1000 * (duration ?? 0)),
  };
  return runStage(context, order, (stageRun) => work(context, stageRun));
}

/** What both children of a clip's flow wrote; null where the queue has lost it. Keys end in `<queue>:<job id>`. */
async function readChildren(job: Job) {
  const values = Object.entries((await job.getChildrenValues()) ?? {});
  const of = <R extends z.ZodType>({ queue, result }: JobContract<z.ZodType, R>) =>
    result.safeParse(values.find(([key]) => key.split(':').includes(queue))?.[1]).data;
  const encoded = of(jobs.encodeMedia);
  const stills = of(jobs.makeStills);
  return encoded && stills ? { encoded, stills } : null;
}

/** What the parts of a clip's encode gave; those that the queue has lost are left out. */
async function readParts(job: Job): Promise<jobs.EncodedPart[]> {
  const values = Object.values((await job.getChildrenValues()) ?? {});
  return values.flatMap((value) => jobs.encodePart.result.safeParse(value).data ?? []);
}

async function startOver(
  context: WorkerContext,
  { mediaId, attempt }: { mediaId: string; attempt: number },
): Promise<void> {
  const next =
    (await requeueLost(context.db, mediaId, attempt)) ??
    (await requeueLostReencode(context.db, { mediaId, attempt }));
  if (next !== null) await enqueueClip(context, mediaId, next);
}
