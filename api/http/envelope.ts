// The one shape of every JSON answer.

import type { Response } from 'express';
import { z } from 'zod';

import type { ApiError } from '../errors.js';
import { CheckedReply } from './checked-reply.js';
import { requestIdOf } from './request-id.js';

const Meta = z
  .strictObject({
    timestamp: z.iso.datetime(),
    request_id: z.string(),
    version: z.literal('v1'),
  })
  .meta({ id: 'Meta' });

export const ErrorEnvelope = z
  .strictObject({
    success: z.literal(false),
    error: z.strictObject({
      code: z.string().describe('Stable, in capitals'),
      message: z.string().describe('For people; may change'),
      details: z.array(z.looseObject({ field: z.string(), message: z.string() })).optional(),
    }),
    meta: Meta,
  })
  .meta({ id: 'Error' });

export const successEnvelope = (data: z.ZodType) =>
  z.strictObject({ success: z.literal(true), data, meta: Meta });

export function sendData(response: Response, status: number, data: unknown): void {
  const meta = metaOf(requestIdOf(response));
  response.status(status);
  if (!(data instanceof CheckedReply)) response.json({ success: true, data, meta });
  else {
    response
      .type('json')
      .send(`{"success":true,"data":${data.text},"meta":${JSON.stringify(meta)}}`);
  }
}

export function sendError(response: Response, error: ApiError): void {
  response
    .status(error.status)
    .set(error.headers)
    .json(errorBody(error, requestIdOf(response)));
}

export const errorBody = (
  { code, message, details }: ApiError,
  requestId: string,
): z.input<typeof ErrorEnvelope> => ({
  success: false,
  error: { code, message, ...(details && { details: [...details] }) },
  meta: metaOf(requestId),
});

const metaOf = (requestId: string): z.input<typeof Meta> => ({
  timestamp: new Date().toISOString(),
  request_id: requestId,
  version: 'v1',
});
