// What follows admission: stills and renditions at the same time, then publishing of both.

import {
  type ClipPayload,
  clipJobId,
  clipPayload,
  encodeMedia,
  makeStills,
  publishMedia,
} from './media-jobs.js';
import type { FlowSpec } from './open-queues.js';

/**
 * @param priority of the children; publishing what is done goes before everything
 * @param version of the payload: 2 for a clip that is completed and stays so meanwhile
 */
export function mediaFlow(
  mediaId: string,
  attempt: number,
  priority: number,
  version: ClipPayload['version'] = 1,
): FlowSpec {
  const job = {
    payload: clipPayload(mediaId, attempt, version),
    jobId: clipJobId(mediaId, attempt),
  };
  return {
    ...job,
    contract: publishMedia,
    children: [
      { ...job, priority, contract: makeStills },
      { ...job, priority, contract: encodeMedia },
    ],
  };
}
