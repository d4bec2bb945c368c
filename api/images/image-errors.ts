// What may be wrong with a picture before a worker looks at it.

import { tooManyBytes } from '../../pipeline/images.js';
import { ApiError } from '../errors.js';

export const imageNotFound = () =>
  new ApiError(404, 'IMAGE_NOT_FOUND', 'There is no such picture.');

export const sectionNotFound = () =>
  new ApiError(404, 'SECTION_NOT_FOUND', 'This story has no such section.');

/** The rest of the body is not read, so the connection ends with the answer. */
export const imageTooLarge = (maxBytes: number) =>
  new ApiError(413, 'TOO_LARGE', tooManyBytes(maxBytes), { headers: { Connection: 'close' } });

export const notAnImageType = () =>
  new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the bytes of one picture as image/….');

export const noImage = () =>
  new ApiError(400, 'MALFORMED_REQUEST', 'The body must be the bytes of one picture.');

export const noRoomForImage = () =>
  new ApiError(507, 'INSUFFICIENT_STORAGE', 'There is no room for this picture now. Try later.');
