// Refuses what Node lets through and no honest client sends.

import type { Socket } from 'node:net';

import type { RequestHandler } from 'express';

import { ApiError, malformedRequest } from '../errors.js';

/** Two Host headers: a proxy and we could each believe another one. */
export const refuseOddRequests: RequestHandler = (request, _response, next) => {
  const names = request.rawHeaders.filter((_, at) => at % 2 === 0);
  const hosts = names.filter((name) => name.toLowerCase() === 'host');
  if (hosts.length > 1) throw malformedRequest('There must be one Host header.');
  next();
};

/** No browser asks on before it was answered, and no proxy does; programs that do ask for a few. */
const MOST_UNANSWERED = 16;

/** Each answer that waits for its turn on a connection holds what it has to say in memory. */
export function boundPipelining(): RequestHandler {
  const unanswered = new WeakMap<Socket, number>();
  return ({ socket }, response, next) => {
    const waiting = (unanswered.get(socket) ?? 0) + 1;
    if (waiting > MOST_UNANSWERED) {
      socket.destroy();
      return;
    }
    unanswered.set(socket, waiting);
    // Where it is never finished its connection is over too.
    response.once('finish', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    next();
  };
}

const BODY_SECONDS = 30;
/** Pictures are larger, and phones are slow. */
const IMAGE_SECONDS = 300;

/** For all but uploads, which take as long as their line needs and for which Node's own requestTimeout is off. */
export const limitBodyTime: RequestHandler = (request, response, next) => {
  if (request.complete) return next();
  const isImage = request.headers['content-type']?.startsWith('image/') ?? false;
  const timer = setTimeout(
    () => {
      if (request.complete) return;
      if (!response.headersSent) response.set('Connection', 'close');
      request.destroy(new ApiError(408, 'REQUEST_TIMEOUT', 'The body took too long to arrive.'));
    },
    (isImage ? IMAGE_SECONDS : BODY_SECONDS) * 1000,
  );
  // A body that is left unread ends with its answer.
  request.once('end', () => clearTimeout(timer));
  response.once('close', () => clearTimeout(timer));
  next();
};
