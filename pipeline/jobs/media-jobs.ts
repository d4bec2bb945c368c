// The jobs that a clip goes through. Payloads carry ids only: the row is the truth.

import { z } from 'zod';

import { defineJob } from './define-job.js';

const MINUTE = 60_000;
const tries = { version: 1, attempts: 3, backoffMs: 5_000 } as const;

/** Version 2 tells of a clip that is completed and stays so while it is made anew: older workers leave it alone. */
const clip = z.object({
  version: z.literal([1, 2]),
  media_id: z.uuid(),
  attempt: z.int().positive(),
});
export type ClipPayload = z.output<typeof clip>;

/** Of a clip whose pictures are encoded in so many parts; older workers would make all of it again. */
const split = clip.extend({ version: z.literal(3), parts: z.int().min(2).max(64) });

/** What one run has written, and the token that it held: publishing compares both. */
const written = { revision: z.string(), token: z.int().positive(), files: z.array(z.string()) };

export const admitUpload = defineJob({
  ...tries,
  queue: 'admit-upload',
  payload: clip,
  result: z.strictObject({ admitted: z.boolean() }),
  timeoutMs: 10 * MINUTE,
});

export const makeStills = defineJob({
  ...tries,
  version: 2,
  queue: 'make-stills',
  payload: clip,
  result: z.strictObject(written),
  timeoutMs: 5 * MINUTE,
});

export type WrittenStills = z.output<typeof makeStills.result>;

export const encodeMedia = defineJob({
  ...tries,
  version: 3,
  queue: 'encode-media',
  payload: z.union([clip, split]),
  result: z.strictObject({
    ...written,
    /** Of the worker that encoded: who publishes may be of another version. */
    profile: z.int().positive().default(1),
    playlist: z.string(),
    duration_ms: z.int().positive(),
    cost: z.strictObject({ wall_s: z.number(), cpu_s: z.number() }),
    renditions: z.array(
      z.strictObject({
        name: z.string(),
        width: z.int(),
        height: z.int(),
        frame_rate: z.number(),
        average_bandwidth: z.int(),
        bandwidth: z.int(),
        codecs: z.string(),
      }),
    ),
    degraded: z.array(
      z.strictObject({ rendition: z.string().nullable(), rules: z.array(z.string()) }),
    ),
    storyboard: z.strictObject({ vtt: z.string(), images: z.array(z.string()) }),
  }),
  timeoutMs: 5 * MINUTE,
});
export type EncodedMedia = z.output<typeof encodeMedia.result>;
export type EncodedRendition = EncodedMedia['renditions'][number];

/**
 * One part of a clip's encode, as a child of it: some of its pictures, or all of its sound where `part` is `parts`. In
 * the queue of whole encodes, so that both share their places and their turns.
 */
export const encodePart = defineJob({
  ...tries,
  version: 3,
  queue: encodeMedia.queue,
  payload: split.extend({ part: z.int().min(0) }),
  result: z.strictObject({
    ...written,
    part: z.int().min(0),
    profile: z.int().positive(),
    /** Of the renditions, from the first up to, but without, the end; null for sound, and where some did not come out. */
    frames: z.strictObject({ first: z.int(), end: z.int() }).nullable(),
    /** Lines that the decoder complained in. */
    errors: z.int(),
    degraded: z.array(z.string()),
    cost: z.strictObject({ wall_s: z.number(), cpu_s: z.number() }),
  }),
  timeoutMs: 5 * MINUTE,
});
export type PartPayload = z.output<typeof encodePart.payload>;
export type EncodedPart = z.output<typeof encodePart.result>;

/** Which of the two a job of their queue is. */
export const isPart = (data: unknown): boolean =>
  (data as { part?: unknown } | null)?.part !== undefined;

export const publishMedia = defineJob({
  ...tries,
  version: 2,
  queue: 'publish-media',
  payload: clip,
  result: z.strictObject({ published: z.boolean() }),
  timeoutMs: 5 * MINUTE,
});

/** Publishes a completed clip once more, with the captions that the rows have now. */
export const captionMedia = defineJob({
  ...tries,
  queue: 'caption-media',
  payload: z.strictObject({ version: z.literal(1), media_id: z.uuid() }),
  result: z.strictObject({ published: z.boolean() }),
  timeoutMs: 10 * MINUTE,
});

/** One id for each state of the rows and each try at it. */
export const captionsJobId = (next: {
  readonly mediaId: string;
  readonly attempt: number;
  readonly version: number;
  readonly tries: number;
}): string => `${next.mediaId}_${next.attempt}_c${next.version}_${next.tries}`;

/** One id per attempt, so that a retry or a rebuild is never swallowed by a job that is still kept. */
export const clipJobId = (mediaId: string, attempt: number): string => `${mediaId}_${attempt}`;

export const partJobId = (mediaId: string, attempt: number, part: number): string =>
  `${clipJobId(mediaId, attempt)}_p${part}`;

export const clipPayload = (
  mediaId: string,
  attempt: number,
  version: ClipPayload['version'] = 1,
): ClipPayload => ({
  version,
  media_id: mediaId,
  attempt,
});
