// Server-sent events: a route whose answer goes on, until the client leaves, the session ends or the process drains.

import type { Request, Response } from 'express';
import type { z } from 'zod';

import type { Context } from '../context.js';
import type { Access, CallerFor } from './authenticate.js';
import { clientOf } from './client.js';
import { admitTo, type Route, type RouteFacts } from './define-route.js';
import { StreamPlaces } from './stream-places.js';
import { validate } from './validate.js';

const BEAT_MS = 15_000;
const SESSION_CHECK_MS = 2_500;
/** A reader that lets this much pile up is gone or far too slow; it may come again. */
const MOST_WAITING_BYTES = 1024 * 1024;

export interface EventStream<Data> {
  /** Parsed with the route's schema. `id` comes back as `Last-Event-ID` when the client reconnects. */
  send(event: { name: string; id?: string | number; data: Data }): void;
  /** What `toFrame` made, for many readers at once. */
  write(frame: Uint8Array): void;
  end(): void;
  /** Aborted when the stream is over, whoever ended it. */
  readonly closed: AbortSignal;
}

/** One event as it goes over the wire, parsed and written out once for however many readers. */
export function toFrame<Event extends z.ZodType>(
  schema: Event,
  { name, id, data }: { name: string; id?: string | number; data: z.input<Event> },
): Uint8Array {
  const text = JSON.stringify(schema.parse(data));
  return Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${text}\n\n`);
}

interface EventRouteSpec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Event extends z.ZodType,
  A extends Access,
> extends Omit<
    RouteFacts<Params, Query, z.ZodType, Event, A>,
    'method' | 'status' | 'body' | 'reply'
  > {
  /** What the data of each event is. */
  readonly event: Event;
  /** How many of them one user, or one address without an account, may have open on a process. */
  readonly mostPerHolder?: number;
  /** May refuse by throwing until it calls `open`; resolves when it has subscribed. */
  readonly handle: (given: {
    params: z.output<Params>;
    query: z.output<Query>;
    user: CallerFor<A>;
    lastEventId: string | null;
    request: Request;
    open: () => EventStream<z.input<Event>>;
  }) => Promise<void>;
}

export function eventRoute<
  A extends Access,
  Event extends z.ZodType,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
>({ handle, event, mostPerHolder, ...spec }: EventRouteSpec<Params, Query, Event, A>): Route {
  const places = new StreamPlaces(mostPerHolder);
  const run = (context: Context) => async (request: Request, response: Response) => {
    const user = await admitTo(context, spec, request);
    response.once('close', places.take(user?.userId ?? clientOf(request).address));
    await handle({
      user,
      params: validate('params', spec.params, request.params),
      query: validate('query', spec.query, request.query),
      lastEventId: request.get('last-event-id') ?? null,
      request,
      open: () => openStream(context, { event, response, sessionId: user?.sessionId ?? null }),
    });
  };
  const errors = { ...spec.errors, 429: ['TOO_MANY_STREAMS'] };
  return { ...spec, errors, method: 'get', status: 200, reply: event, stream: true, run };
}

function openStream<Event extends z.ZodType>(
  { draining, sessions }: Pick<Context, 'draining' | 'sessions'>,
  { event, response, sessionId }: { event: Event; response: Response; sessionId: string | null },
): EventStream<z.input<Event>> {
  const over = new AbortController();
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  const write = (text: string | Uint8Array) => {
    // An ended answer is closed only when a slow reader has taken all of it.
    if (over.signal.aborted || response.writableEnded) return;
    response.write(text);
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
  };
  const end = () => response.end();
  const drain = () => {
    write('retry: 1000\n\n');
    end();
  };
  const beat = setInterval(() => write(': here\n\n'), BEAT_MS);
  const check = sessionId
    ? setInterval(async () => {
        const session = await sessions.find(sessionId).catch(() => 'unknown');
        if (session === null) end();
      }, SESSION_CHECK_MS)
    : undefined;
  response.once('close', () => {
    clearInterval(beat);
    clearInterval(check);
    draining.removeEventListener('abort', drain);
    over.abort();
  });
  draining.addEventListener('abort', drain, { once: true });
  write('retry: 2000\n\n');
  if (draining.aborted) drain();
  // There is nothing to follow: whoever asks so wants the headers.
  if (response.req.method === 'HEAD') end();
  return {
    closed: over.signal,
    end,
    write,
    send: (told) => write(toFrame(event, told)),
  };
}
