// Renders every failure once, in the envelope. What the caller may not see is logged and becomes a plain 500 or 503.

import type { ErrorRequestHandler } from 'express';
import pkg from 'knex';
import pg from 'pg';

import type { Context } from '../context.js';
import {
  ApiError,
  conflict,
  malformedJson,
  malformedRequest,
  payloadTooLarge,
  unavailable,
  unsupportedMediaType,
  validationError,
} from '../errors.js';
import { sendError } from './envelope.js';
import { requestIdOf } from './request-id.js';

export const renderErrors =
  ({ log }: Pick<Context, 'log'>): ErrorRequestHandler =>
  (thrown, request, response, _next) => {
    const error = toApiError(thrown);
    if (error.status >= 500) {
      log.error(
        { err: thrown, request_id: requestIdOf(response), method: request.method },
        'a request failed',
      );
    }
    if (response.headersSent) response.destroy();
    else sendError(response, error);
  };

/** What a caller is told of any error at all. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof pg.DatabaseError) return fromDatabase(thrown);
  if (isUnreachable(thrown)) return unavailable(thrown);
  if (isRequestError(thrown)) return fromRequest(thrown);
  return new ApiError(500, 'INTERNAL_ERROR', 'Something went wrong on our side.', {
    cause: thrown,
  });
}

function fromDatabase(error: pg.DatabaseError): ApiError {
  const code = error.code ?? '';
  if (VALUE_STATES.has(code)) {
    return validationError([{ field: 'body', message: 'holds a value that cannot be stored' }]);
  }
  if (code === '23505') return conflict();
  if (code === '23503') {
    return validationError([{ field: 'body', message: 'names something that is not there' }]);
  }
  if (PASSING_STATES.test(code)) return unavailable(error);
  return new ApiError(500, 'INTERNAL_ERROR', 'Something went wrong on our side.', { cause: error });
}

const VALUE_STATES = new Set(['22P02', '22003', '22021', '22P05', '22001', '22008']);

/** Serialization and deadlock, lock and statement timeouts, connections, resources, a server that starts or stops. */
const PASSING_STATES = /^(40001|40P01|55P03|57|08|53)/;

function isUnreachable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof pkg.KnexTimeoutError) return true;
  const { code } = thrown as NodeJS.ErrnoException;
  return UNREACHABLE_CODES.has(code ?? '') || UNREACHABLE_WORDS.test(thrown.message);
}

const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** pg and ioredis say these in words alone; knex puts the statement before them. */
const UNREACHABLE_WORDS =
  /(?:^| - )(timeout exceeded when trying to connect|Connection terminated|Connection is closed|Stream isn't writeable|Cannot use a pool after calling end|Client has encountered a connection error|Command timed out|Client was closed|Reached the max retries per request limit|Query read timeout)/;

/** What body-parser and Express's own parts throw. */
interface RequestError extends Error {
  readonly status: number;
  readonly type?: string;
}

const isRequestError = (thrown: unknown): thrown is RequestError =>
  thrown instanceof Error &&
  'status' in thrown &&
  typeof thrown.status === 'number' &&
  thrown.status >= 400 &&
  thrown.status < 500;

function fromRequest(error: RequestError): ApiError {
  if (error.type === 'entity.parse.failed') return malformedJson();
  if (error.status === 413) return payloadTooLarge();
  if (error.status === 415) return unsupportedMediaType();
  return malformedRequest();
}
