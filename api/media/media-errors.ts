import { ApiError } from '../errors.js';

export const clipNotFound = () => new ApiError(404, 'MEDIA_NOT_FOUND', 'There is no such clip.');

export const notPlayable = () =>
  new ApiError(409, 'NOT_PLAYABLE', 'This clip cannot be played yet.');

export const notRetryable = () =>
  new ApiError(409, 'NOT_RETRYABLE', 'This clip cannot be tried again: upload it anew.');

export const notCancellable = () =>
  new ApiError(409, 'NOT_CANCELLABLE', 'There is nothing under way that could be stopped.');
