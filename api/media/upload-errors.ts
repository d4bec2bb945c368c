// What may be wrong with an upload, and what tus's own refusals are called here.

import { ApiError, notFound, unavailable, unsupportedMediaType } from '../errors.js';

export const uploadNotFound = () =>
  new ApiError(404, 'UPLOAD_NOT_FOUND', 'There is no such upload.');

export const uploadExpired = () =>
  new ApiError(410, 'UPLOAD_EXPIRED', 'This upload was given up. Start it again.');

export const uploadFinished = () =>
  new ApiError(409, 'UPLOAD_FINISHED', 'This upload is complete. Remove the clip instead.');

export const offsetMismatch = () =>
  new ApiError(409, 'OFFSET_MISMATCH', 'Upload-Offset is not where this upload stands.');

export const uploadTooLarge = (maxBytes?: number) =>
  new ApiError(
    413,
    'TOO_LARGE',
    maxBytes === undefined
      ? 'That is more than the length this upload was announced with.'
      : `A clip may have at most ${Math.floor(maxBytes / 1024 / 1024)} MiB.`,
  );

export const insufficientStorage = () =>
  new ApiError(507, 'INSUFFICIENT_STORAGE', 'There is no room for this clip right now. Try later.');

export const tooManyUnfinished = (clips: number) =>
  new ApiError(429, 'TOO_MANY_UNFINISHED', `${clips} of your clips are under way. Try later.`, {
    headers: { 'Retry-After': '60' },
  });

export const wrongTusVersion = () =>
  new ApiError(412, 'TUS_VERSION_UNSUPPORTED', 'Send Tus-Resumable: 1.0.0.', {
    headers: { 'Tus-Version': '1.0.0' },
  });

export const malformedUpload = (message: string) => new ApiError(400, 'MALFORMED_UPLOAD', message);

const locked = () =>
  new ApiError(423, 'UPLOAD_LOCKED', 'Another request is writing this upload. Try again.', {
    headers: { 'Retry-After': '1' },
  });

/** tus-js-client takes any other failed HEAD, even a 503, for the end of the upload, and begins again at its first byte. */
export const outOfReach = (cause: unknown) =>
  new ApiError(423, 'UPLOAD_LOCKED', 'This upload is out of reach right now. Try again.', {
    headers: { 'Retry-After': '1' },
    cause,
  });

const notSupported = () =>
  new ApiError(
    400,
    'UPLOAD_EXTENSION_UNSUPPORTED',
    'Send Upload-Length, and the file in one piece.',
  );

interface Refusal {
  readonly status_code: number;
  readonly body: string;
}

const isRefusal = (error: unknown): error is Refusal =>
  typeof error === 'object' && error !== null && 'status_code' in error && 'body' in error;

/** What has arrived stays, and more may follow when there is room again. */
const isDiskFull = (error: unknown) => (error as { code?: unknown } | undefined)?.code === 'ENOSPC';

/** For an upload that our rows know of; anything but tus's own refusals goes as it came. */
export function toUploadError(error: unknown, maxBytes: number): unknown {
  if (!isRefusal(error)) return isDiskFull(error) ? insufficientStorage() : error;
  const words = String(error.body).trim();
  if (words.startsWith('failed to acquire lock')) return locked();
  if (words.startsWith('Maximum size')) return uploadTooLarge(maxBytes);
  switch (error.status_code) {
    case 400:
      return malformedUpload(words.split('. ')[0] ?? words);
    case 403:
      return malformedUpload(words);
    case 404:
      // The store does not find what our row knows of: it may be out of reach, and nothing is lost yet.
      return unavailable(error);
    case 409:
      return offsetMismatch();
    case 410:
      return uploadExpired();
    case 412:
      return wrongTusVersion();
    case 413:
      return uploadTooLarge();
    case 415:
      return unsupportedMediaType();
    case 501:
      return notSupported();
    default:
      return error.status_code < 500 ? notFound() : new Error(words, { cause: error });
  }
}
