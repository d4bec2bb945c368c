// Names every request, in the reply, the log and the envelope.

import type { RequestHandler, Response } from 'express';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';

const ACCEPTABLE = /^[A-Za-z0-9_-]{8,64}$/;

export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given && ACCEPTABLE.test(given) ? given : toPublicId('req', newId());
  response.locals.requestId = id;
  response.locals.receivedAt = performance.now();
  response.setHeader('X-Request-Id', id);
  next();
};

export const requestIdOf = (response: Response): string => String(response.locals.requestId);

/** Milliseconds since the request came in. */
export const elapsedOf = (response: Response): number =>
  performance.now() - Number(response.locals.receivedAt);
