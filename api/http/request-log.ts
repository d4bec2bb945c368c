// One line and one count for each request, by the route's template: never an address, a query or a header.

import type { Request, RequestHandler } from 'express';

import type { Context } from '../context.js';
import { watchBytes } from './count-bytes.js';
import { elapsedOf, requestIdOf } from './request-id.js';

export const recordRequests =
  ({ log, metrics }: Pick<Context, 'log' | 'metrics'>): RequestHandler =>
  (request, response, next) => {
    const readBytes = watchBytes(request, response);
    response.once('close', () => {
      const route = routeOf(request, response.locals.route);
      const milliseconds = Math.round(elapsedOf(response));
      metrics.countRequest({
        method: VERBS.has(request.method) ? request.method : 'OTHER',
        route,
        status: response.statusCode,
        seconds: milliseconds / 1000,
        ...readBytes(),
      });
      log[response.statusCode >= 500 ? 'warn' : QUIET.test(route) ? 'debug' : 'info'](
        {
          request_id: requestIdOf(response),
          method: request.method,
          route,
          status: response.statusCode,
          ms: milliseconds,
          ...(!response.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
    next();
  };

const VERBS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Probes, and the many byte ranges of one playback. */
const QUIET = /^\/(health|metrics|media|assets)/;

/** Outside our routes only the first part of a path is told, and only one that we serve: the series stay few. */
function routeOf(request: Request, template: unknown): string {
  if (typeof template === 'string') return template;
  const first =
    /^\/(health|metrics|media|ops|assets|studio|watch|api\/docs|api\/v1\/uploads)(?=\/|$)/;
  const [known] = first.exec(request.originalUrl.split('?')[0] ?? '') ?? [];
  if (known) return known;
  return request.path === '/' ? '/' : 'other';
}
