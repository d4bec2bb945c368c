// What follows admission: stills and renditions at the same time, then publishing of both.

import {
  type ClipPayload,
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

/**
 * @param priority of the children; publishing what is done goes before everything
 * @param version of the payload: 2 for a clip that is completed and stays so meanwhile, which is not split
 */
export function mediaFlow(
  mediaId: string,
  attempt: number,
  priority: number,
  { version = 1, split = null }: { version?: ClipPayload['version']; split?: Split | null } = {},
): FlowSpec {
  const job = {
    payload: clipPayload(mediaId, attempt, version),
    jobId: clipJobId(mediaId, attempt),
  };
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
  // Sound is the longest of them, and so it comes first: nobody waits for it at the end.
  const order = [...(hasSound ? [parts] : []), ...Array(parts).keys()];
  const children = order.map((part) => ({
    ...{ contract: encodePart, priority },
    payload: { ...payload, part },
    jobId: partJobId(mediaId, attempt, part),
  }));
  return { payload, children };
}
