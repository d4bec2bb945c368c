// The job of a picture. Its payload carries ids only: the row is the truth.

import { z } from 'zod';

import { defineJob } from './define-job.js';

export const processImage = defineJob({
  version: 1,
  queue: 'process-image',
  payload: z.strictObject({
    version: z.literal(1),
    image_id: z.uuid(),
    attempt: z.int().positive(),
  }),
  result: z.strictObject({ completed: z.boolean() }),
  attempts: 3,
  backoffMs: 5_000,
  timeoutMs: 120_000,
});

/** One id per attempt, so that a rebuild is never swallowed by a job that is still kept. */
export const imageJobId = (imageId: string, attempt: number): string => `${imageId}_${attempt}`;
