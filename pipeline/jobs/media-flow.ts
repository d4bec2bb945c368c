// What follows admission: stills and renditions at the same time, then publishing of both.

import { clipJobId, clipPayload, encodeMedia, makeStills, publishMedia } from './media-jobs.js';
import type { FlowSpec } from './open-queues.js';

export function mediaFlow(mediaId: string, attempt: number): FlowSpec {
  const job = { payload: clipPayload(mediaId, attempt), jobId: clipJobId(mediaId, attempt) };
  return {
    ...job,
    contract: publishMedia,
    children: [
      { ...job, contract: makeStills },
      { ...job, contract: encodeMedia },
    ],
  };
}
