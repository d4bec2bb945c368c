// Describes the routes as an OpenAPI 3.1 document, from the same schemas that validate them.

import { z } from 'zod';

import type { Route } from './define-route.js';
import { ErrorEnvelope, successEnvelope } from './envelope.js';

type Json = Record<string, unknown>;

/** Hand-written path items, for what is no JSON route: tus, the edge. */
export type PathItems = Readonly<Record<string, Json>>;

export function describeApi(routes: readonly Route[], more: PathItems = {}): Json {
  const components: Json = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => hoist(components, schema, io);
  schemaOf(ErrorEnvelope, 'output');
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Video Window',
      version: '1.0.0',
      description:
        'A craft video marketplace. Every JSON answer has the envelope `{success, data | error, meta}`; ids carry a prefix; amounts are JSON numbers with at most two decimals.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap(({ tags }) => tags))].map((name) => ({ name })),
    paths: { ...paths, ...more },
    components: {
      schemas: components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json;

function describeRoute(route: Route, schemaOf: SchemaOf): Json {
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: route.tags,
    parameters: [
      ...parameters('path', route.params, schemaOf),
      ...parameters('query', route.query, schemaOf),
      ...(route.idempotent ? [IDEMPOTENCY_KEY] : []),
      ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
        ...{ name, in: 'header', required: false, description, schema: { type: 'string' } },
      })),
    ],
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
      },
    }),
    ...(route.bytes && {
      requestBody: {
        required: true,
        content: { [route.bytes]: { schema: { type: 'string', format: 'binary' } } },
      },
    }),
    responses: { [route.status]: success(route, schemaOf), ...failures(route) },
    security:
      route.access === 'anyone'
        ? route.ignoreToken
          ? []
          : [{}, { bearer: [] }]
        : [{ bearer: [] }],
  };
}

const operationId = ({ method, path }: Route) =>
  [method, ...path.split(/\W+/)]
    .filter(Boolean)
    .map((word, at) => (at === 0 ? word : `${word[0]?.toUpperCase()}${word.slice(1)}`))
    .join('');

function success({ reply, stream, summary, produces }: Route, schemaOf: SchemaOf): Json {
  if (produces) {
    return { description: summary, content: { [produces]: { schema: { type: 'string' } } } };
  }
  if (!reply) return { description: `${summary}: done` };
  if (stream) {
    return {
      description: 'Server-sent events; `data` of each is this schema as JSON',
      content: {
        'text/event-stream': {
          schema: { type: 'string' },
          'x-event-data': schemaOf(reply, 'output'),
        },
      },
    };
  }
  return {
    description: summary,
    content: { 'application/json': { schema: schemaOf(successEnvelope(reply), 'output') } },
  };
}

/** What any route may answer, with the codes that this one adds. */
function failures(route: Route): Json {
  const codes: Record<number, readonly string[]> = {
    400: ['MALFORMED_REQUEST', ...(route.body ? ['MALFORMED_JSON'] : [])],
    ...(!route.ignoreToken && { 401: ['INVALID_TOKEN'] }),
    ...(route.access !== 'anyone' && { 401: ['UNAUTHENTICATED', 'INVALID_TOKEN'] }),
    ...((route.access === 'maker' || route.access === 'admin' || route.stepUp) && {
      403: [
        ...(route.access === 'maker' || route.access === 'admin' ? ['FORBIDDEN'] : []),
        ...(route.stepUp ? ['STEP_UP_REQUIRED'] : []),
      ],
    }),
    ...(route.params && { 404: ['NOT_FOUND'] }),
    ...(route.idempotent && { 409: ['IDEMPOTENCY_KEY_IN_USE'] }),
    ...(route.body && { 413: ['PAYLOAD_TOO_LARGE'], 415: ['UNSUPPORTED_MEDIA_TYPE'] }),
    ...((route.body || route.query) && { 422: ['VALIDATION_ERROR'] }),
    ...((route.method !== 'get' || route.limit) && { 429: ['RATE_LIMITED'] }),
    431: ['HEADERS_TOO_LARGE'],
    503: ['SERVICE_UNAVAILABLE'],
  };
  if (route.idempotent) codes[422] = [...(codes[422] ?? []), 'IDEMPOTENCY_KEY_REUSED'];
  for (const [status, own] of Object.entries(route.errors ?? {})) {
    codes[Number(status)] = [...new Set([...(codes[Number(status)] ?? []), ...own])];
  }
  return Object.fromEntries(
    Object.entries(codes).map(([status, list]) => [
      status,
      { description: list.join(', '), content: { 'application/json': { schema: ERROR } } },
    ]),
  );
}

const ERROR = { $ref: '#/components/schemas/Error' };

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Your name for this one act: repeated within 24 h it gets the first answer again',
  schema: { type: 'string', maxLength: 255 },
};

function parameters(where: 'path' | 'query', schema: z.ZodType | undefined, schemaOf: SchemaOf) {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !field.safeParse(undefined).success,
    schema: schemaOf(field, 'input'),
  }));
}

/** Schemas with an id go to the components once; everything else stays where it is. */
function hoist(components: Json, schema: z.ZodType, io: 'input' | 'output'): Json {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  const {
    $schema: _,
    $defs,
    ...own
  } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
  Object.assign(components, $defs);
  return own;
}
