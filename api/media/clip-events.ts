// Live clips: the state as it is first, then each change, whichever process makes it.

import { createHash } from 'node:crypto';

import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import type { Caller } from '../http/authenticate.js';
import type { EventStream } from '../http/event-stream.js';
import type { ClipView } from './clip-view.js';
import { getOwnClip, listClipsOfStory } from './find-clips.js';
import { followChanges } from './follow-changes.js';

type Following = Pick<Context, 'db' | 'mediaEvents' | 'log'>;

interface Asked<Data> {
  readonly id: string;
  readonly caller: Caller;
  /** Of the edge, for addresses. */
  readonly origin: string;
  readonly lastEventId: string | null;
  readonly open: () => EventStream<Data>;
}

/**
 * One clip, for its maker and admins; the event's id is the clip's version.
 * @throws ApiError MEDIA_NOT_FOUND
 */
export async function followClip(
  context: Following,
  { id, caller, origin, lastEventId, open }: Asked<ClipView>,
): Promise<void> {
  const read = () => getOwnClip(context, id, caller, origin);
  const first = await read();
  const stream = open();
  let told = String(first.version) === lastEventId ? JSON.stringify(first) : '';
  const changed = followChanges(
    stream.closed,
    async () => {
      const clip = await read();
      const text = JSON.stringify(clip);
      if (text !== told) stream.send({ name: 'clip', id: clip.version, data: clip });
      told = text;
    },
    endOrLog(context, stream),
  );
  const leave = context.mediaEvents.subscribe(id, changed);
  stream.closed.addEventListener('abort', leave, { once: true });
}

/**
 * All clips of a story, in their order.
 * @throws ApiError STORY_NOT_FOUND
 */
export async function followClipsOfStory(
  context: Following,
  { id, caller, origin, lastEventId, open }: Asked<{ clips: ClipView[] }>,
): Promise<void> {
  const read = () => listClipsOfStory(context, id, caller, origin);
  await read();
  const stream = open();
  const leaving = new Map<string, () => void>();
  let told = lastEventId;
  const changed = followChanges(
    stream.closed,
    async () => {
      const clips = await read();
      follow([id, ...clips.map(({ media_id }) => media_id)]);
      const version = fingerprint(clips);
      if (version !== told) stream.send({ name: 'clips', id: version, data: { clips } });
      told = version;
    },
    endOrLog(context, stream),
  );
  const follow = (ids: readonly string[]) => {
    for (const [known, leave] of leaving) {
      if (ids.includes(known)) continue;
      leave();
      leaving.delete(known);
    }
    if (stream.closed.aborted) return;
    for (const each of ids) {
      if (!leaving.has(each)) leaving.set(each, context.mediaEvents.subscribe(each, changed));
    }
  };
  follow([id]);
  stream.closed.addEventListener('abort', () => follow([]), { once: true });
}

/** What is gone is not followed any longer; anything else may pass. */
const endOrLog =
  ({ log }: Pick<Context, 'log'>, stream: Pick<EventStream<never>, 'end'>) =>
  (error: unknown) => {
    if (error instanceof ApiError && error.status === 404) stream.end();
    else log.warn({ err: error }, 'a change was not told; it will be at the next look');
  };

const fingerprint = (clips: readonly ClipView[]) =>
  createHash('sha256').update(JSON.stringify(clips)).digest('base64url').slice(0, 22);
