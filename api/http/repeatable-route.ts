// A route whose effect has a transaction of its own: it keeps the answer to an Idempotency-Key in there by itself.

import type { Request, Response } from 'express';
import type { z } from 'zod';

import type { Context } from '../context.js';
import type { CallerFor } from './authenticate.js';
import { admitTo, type Route, type RouteFacts, sendAnswer } from './define-route.js';
import { type Answer, idempotencyKeyOf, type RepeatableRequest } from './idempotency.js';
import { limitRequest } from './rate-limit.js';
import { readBody } from './read-body.js';
import { validate } from './validate.js';

interface RepeatableRouteSpec<
  Params extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
> extends Omit<
    RouteFacts<Params, z.ZodUndefined, Body, Reply, 'user'>,
    'access' | 'idempotent' | 'query'
  > {
  /** Answers in wire form: what was kept is given again as it is. */
  readonly handle: (given: {
    params: z.output<Params>;
    body: z.output<Body>;
    user: CallerFor<'user'>;
    request: Request;
    /** Null where the caller sent no key. */
    repeatable: RepeatableRequest | null;
  }) => Promise<Answer & { readonly replayed: boolean }>;
}

export function repeatableRoute<
  Params extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>({ handle, ...facts }: RepeatableRouteSpec<Params, Body, Reply>): Route {
  const spec = { ...facts, access: 'user', idempotent: true } as const;
  const run = (context: Context) => async (request: Request, response: Response) => {
    const user = await admitTo(context, spec, request);
    await limitRequest(context, spec, { request, response, user });
    const params = validate('params', spec.params, request.params);
    const body = validate('body', spec.body, await readBody(request, response));
    const key = idempotencyKeyOf(request);
    const repeatable = key === null ? null : toRepeatable(spec, request, user.userId, key);
    const { replayed, ...answer } = await handle({ params, body, user, request, repeatable });
    if (replayed) response.set('Idempotent-Replayed', 'true');
    sendAnswer(response, answer);
  };
  return { ...spec, run };
}

const toRepeatable = (
  { method, path }: { readonly method: string; readonly path: string },
  { body, params }: Request,
  userId: string,
  key: string,
): RepeatableRequest => ({ userId, route: `${method} ${path}`, key, body: { body, params } });
