import { ApiError } from '../errors.js';

export const clipNotFound = () => new ApiError(404, 'MEDIA_NOT_FOUND', 'There is no such clip.');

export const notPlayable = () =>
  new ApiError(409, 'NOT_PLAYABLE', 'This clip cannot be played yet.');

export const notRetryable = () =>
  new ApiError(409, 'NOT_RETRYABLE', 'This clip cannot be tried again: upload it anew.');

export const notReady = () =>
  new ApiError(409, 'CLIP_NOT_READY', 'The sound can be chosen once the clip is completed.');

export const audioTrackUnknown = () =>
  new ApiError(422, 'AUDIO_TRACK_UNKNOWN', 'The clip has no such track of sound.', {
    details: [{ field: 'index', message: 'is none of source.audio_tracks' }],
  });

export const notCancellable = () =>
  new ApiError(409, 'NOT_CANCELLABLE', 'There is nothing under way that could be stopped.');
