// What follows admission: stills and renditions at the same time, then publishing of both.

import { clipJobId, clipPayload, encodeMedia, makeStills, publishMedia } from './media-jobs.js';
import type { FlowSpec } from './open-queues.js';

/** @param priority of the children; publishing what is done goes before everything */
export function mediaFlow(mediaId: string, attempt: number, priority: number): FlowSpec {
  const job = { payload: clipPayload(mediaId, attempt), jobId: clipJobId(mediaId, attempt) };
  return {
    ...job,
    contract: publishMedia,
    children: [
      { ...job, priority, contract: makeStills },
      { ...job, priority, contract: encodeMedia },
    ],
  };
}
