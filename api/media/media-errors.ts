import type { CaptionsError } from '../../pipeline/captions.js';
import { ApiError } from '../errors.js';

export const clipNotFound = () => new ApiError(404, 'MEDIA_NOT_FOUND', 'There is no such clip.');

export const notPlayable = () =>
  new ApiError(409, 'NOT_PLAYABLE', 'This clip cannot be played yet.');

export const notRetryable = () =>
  new ApiError(409, 'NOT_RETRYABLE', 'This clip cannot be tried again: upload it anew.');

export const notReady = () =>
  new ApiError(409, 'CLIP_NOT_READY', 'The sound can be chosen once the clip is completed.');

export const notReencodable = (message: string) => new ApiError(409, 'NOT_REENCODABLE', message);

export const audioTrackUnknown = () =>
  new ApiError(422, 'AUDIO_TRACK_UNKNOWN', 'The clip has no such track of sound.', {
    details: [{ field: 'index', message: 'is none of source.audio_tracks' }],
  });

export const notCancellable = () =>
  new ApiError(409, 'NOT_CANCELLABLE', 'There is nothing under way that could be stopped.');

export const captionsNotFound = () =>
  new ApiError(404, 'CAPTIONS_NOT_FOUND', 'This clip has no captions in that language.');

export const tooManyCaptions = (most: number) =>
  new ApiError(409, 'TOO_MANY_CAPTIONS', `A clip may have captions in ${most} languages.`);

export const captionsInvalid = ({ findings }: CaptionsError) =>
  new ApiError(422, 'CAPTIONS_INVALID', 'These captions cannot be read.', {
    details: findings.map(({ line, message }) => ({ field: `line ${line}`, message })),
  });
