// What a caller may be told went wrong. Codes are stable and part of the API.

/** One thing wrong with one field; may carry named values (`minimum_next_bid`). */
export interface ErrorDetail {
  readonly field: string;
  readonly message: string;
  readonly [value: string]: unknown;
}

interface ApiErrorOptions extends ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error the caller may see. Anything else becomes a plain 500. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

export const malformedRequest = (message = 'The request could not be read.') =>
  new ApiError(400, 'MALFORMED_REQUEST', message);

export const malformedJson = () =>
  new ApiError(400, 'MALFORMED_JSON', 'The body is not valid JSON.');

export const unauthenticated = () =>
  new ApiError(401, 'UNAUTHENTICATED', 'Sign in first.', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });

export const invalidToken = (cause?: unknown) =>
  new ApiError(401, 'INVALID_TOKEN', 'The token is not valid, or not any more.', {
    cause,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });

export const forbidden = (message = 'This account may not do that.') =>
  new ApiError(403, 'FORBIDDEN', message);

/** For what is absent, and for what is not the caller's to know of. */
export const notFound = (message = 'There is nothing here.') =>
  new ApiError(404, 'NOT_FOUND', message);

export const methodNotAllowed = (allow: string) =>
  new ApiError(405, 'METHOD_NOT_ALLOWED', `Allowed here: ${allow}.`, { headers: { Allow: allow } });

export const conflict = (message = 'This conflicts with what is already there.') =>
  new ApiError(409, 'CONFLICT', message);

export const payloadTooLarge = () =>
  new ApiError(413, 'PAYLOAD_TOO_LARGE', 'The body is larger than 100 kB.');

export const unsupportedMediaType = () =>
  new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json in UTF-8.');

export const validationError = (details: readonly ErrorDetail[]) =>
  new ApiError(422, 'VALIDATION_ERROR', 'Some fields are not acceptable.', { details });

export const rateLimited = (seconds: number, headers: Record<string, string> = {}) =>
  new ApiError(429, 'RATE_LIMITED', `Too many requests. Try again in ${seconds} s.`, {
    headers: { ...headers, 'Retry-After': String(seconds) },
  });

export const unavailable = (cause?: unknown, seconds = 2) =>
  new ApiError(503, 'SERVICE_UNAVAILABLE', 'The service cannot answer right now. Try again.', {
    cause,
    headers: { 'Retry-After': String(seconds) },
  });
