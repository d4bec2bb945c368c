// What follows admission: stills and renditions at the same time, then publishing of both.

import {
  clipJobId,
  clipPayload,
  encodeMedia,
  encodePart,
  makeStills,
  partJobId,
  publishMedia,
} from './media-jobs.js';
import type { FlowSpec } from './open-queues.js';

/** How a clip's encode is split: its pictures, and its sound where it has any. */
export interface Split {
  readonly parts: number;
  readonly hasSound: boolean;
}

/** @param priority of the children; publishing what is done goes before everything */
export function mediaFlow(
  mediaId: string,
  attempt: number,
  priority: number,
  split: Split | null = null,
): FlowSpec {
  const job = { payload: clipPayload(mediaId, attempt), jobId: clipJobId(mediaId, attempt) };
  const encode = { ...job, priority, contract: encodeMedia };
  return {
    ...job,
    contract: publishMedia,
    children: [
      { ...job, priority, contract: makeStills },
      split ? { ...encode, ...inParts(mediaId, attempt, priority, split) } : encode,
    ],
  };
}

/** The encode waits for its parts without a place of its own, and joins them. */
function inParts(
  mediaId: string,
  attempt: number,
  priority: number,
  { parts, hasSound }: Split,
): Pick<FlowSpec, 'payload' | 'children'> {
  const payload = { ...clipPayload(mediaId, attempt), version: 3, parts };
  const children = Array.from({ length: parts + (hasSound ? 1 : 0) }, (_, part) => ({
    ...{ contract: encodePart, priority },
    payload: { ...payload, part },
    jobId: partJobId(mediaId, attempt, part),
  }));
  return { payload, children };
}
