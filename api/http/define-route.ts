// One declaration per endpoint: it checks access, validates the request, shapes the reply, and documents itself.

import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Knex } from 'knex';
import type { z } from 'zod';

import type { Context } from '../context.js';
import { methodNotAllowed } from '../errors.js';
import { type Access, admit, type CallerFor, requireConfirmed } from './authenticate.js';
import { CheckedReply } from './checked-reply.js';
import { sendData } from './envelope.js';
import { type Answer, answerOnce, idempotencyKeyOf } from './idempotency.js';
import type { LimitName } from './limits.js';
import { limitRequest } from './rate-limit.js';
import { readBody } from './read-body.js';
import { validate } from './validate.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface RouteFacts<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
  A extends Access = Access,
> {
  readonly method: Method;
  /** Below /api/v1, in Express's form: `/stories/:story_id`. */
  readonly path: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly access: A;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The body is bytes of this type, which `handle` reads from the request itself. */
  readonly bytes?: string;
  readonly status: number;
  /** The answer is text of this type, which `handle` sends itself. */
  readonly produces?: string;
  /** None means an empty answer (204). */
  readonly reply?: Reply;
  /** The rules' own codes by status; what every route may answer is added by the document. */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
  /** Headers of its own that a request may carry, and what each is for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Honours Idempotency-Key; the effect must be written through the `db` that `handle` is given. */
  readonly idempotent?: boolean;
  /** For signing in: an outdated token in the header is no reason to refuse. */
  readonly ignoreToken?: boolean;
  /** Only within 10 minutes of a proof of who is calling (`POST /auth/confirm`, or signing in). */
  readonly stepUp?: boolean;
  readonly limit?: LimitName;
}

interface RouteSpec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
  A extends Access,
> extends RouteFacts<Params, Query, Body, Reply, A> {
  readonly handle: (given: {
    params: z.output<Params>;
    query: z.output<Query>;
    body: z.output<Body>;
    user: CallerFor<A>;
    /** The transaction that a repeatable request's answer is kept in, else the database. */
    db: Knex;
    request: Request;
    response: Response;
  }) => Promise<z.input<Reply> | CheckedReply>;
}

/** A finished endpoint: what openapi.ts describes and what Express runs. */
export interface Route extends RouteFacts {
  /** Answers `text/event-stream`; `reply` is then the schema of one event's data. */
  readonly stream?: boolean;
  readonly run: (context: Context) => RequestHandler;
}

export function route<
  A extends Access,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodVoid,
>({ handle, ...spec }: RouteSpec<Params, Query, Body, Reply, A>): Route {
  const run = (context: Context) => async (request: Request, response: Response) => {
    const user = await admitTo(context, spec, request);
    if (spec.stepUp) await requireConfirmed(context, user);
    await limitRequest(context, spec, { request, response, user });
    const given = {
      user,
      params: validate('params', spec.params, request.params),
      query: validate('query', spec.query, request.query),
      body: validate('body', spec.body, spec.body && (await readBody(request, response))),
      request,
      response,
    };
    const answer = async (db: Knex): Promise<Answer> => {
      const reply = await handle({ ...given, db });
      // A reply that does not fit its schema is our fault, so it may fail as a plain 500.
      const isChecked = reply instanceof CheckedReply;
      return { status: spec.status, reply: isChecked ? reply : spec.reply?.parse(reply) };
    };
    const key = spec.idempotent && user ? idempotencyKeyOf(request) : null;
    if (user && key !== null) {
      const repeatable = {
        userId: user.userId,
        route: `${spec.method} ${spec.path}`,
        key,
        body: { body: request.body, params: request.params },
      };
      const { status, reply, replayed } = await answerOnce(context.db, repeatable, answer);
      if (replayed) response.set('Idempotent-Replayed', 'true');
      return sendAnswer(response, { status, reply });
    }
    return sendAnswer(response, await answer(context.db));
  };
  return { ...spec, run };
}

export const admitTo = async <A extends Access>(
  context: Context,
  { access, ignoreToken }: { readonly access: A; readonly ignoreToken?: boolean },
  request: Request,
): Promise<CallerFor<A>> =>
  ignoreToken ? (null as CallerFor<A>) : await admit(context, request, access);

export function sendAnswer(response: Response, { status, reply }: Answer): void {
  if (response.headersSent) return;
  if (reply === undefined || reply === null) response.status(status).end();
  else sendData(response, status, reply);
}

/** Every route, and 405 for the verbs that a known path does not take. */
export function toRouter(context: Context, routes: readonly Route[]): Router {
  const router = Router();
  for (const endpoint of routes) {
    router[endpoint.method](endpoint.path, nameTemplate(endpoint.path), endpoint.run(context));
  }
  for (const path of new Set(routes.map((endpoint) => endpoint.path))) {
    const verbs = routes.filter((endpoint) => endpoint.path === path).map(({ method }) => method);
    router.all(path, nameTemplate(path), refuseOtherVerbs(verbs));
  }
  return router;
}

/** Metrics and logs name the template: one series a route, whatever ids come. */
const nameTemplate =
  (path: string): RequestHandler =>
  (_request, response, next) => {
    response.locals.route = `/api/v1${path}`;
    next();
  };

function refuseOtherVerbs(methods: readonly Method[]): RequestHandler {
  const verbs = methods.map((method) => method.toUpperCase());
  const allow = [...verbs, ...(verbs.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method !== 'OPTIONS') throw methodNotAllowed(allow);
    response.set('Allow', allow).status(204).end();
  };
}
