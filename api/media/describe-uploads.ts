// The parts of the API's document that no JSON route writes: resumable uploads (tus 1.0) and the edge.

import type { PathItems } from '../http/openapi.js';

const header = (name: string, description: string, required = true) => ({
  ...{ name, in: 'header', required, description },
  schema: { type: 'string' },
});
const said = (description: string) => ({ description, schema: { type: 'string' } });

const TUS = header('Tus-Resumable', 'Always 1.0.0');
const UPLOAD_ID = {
  ...{ name: 'upload_id', in: 'path', required: true },
  schema: { type: 'string', format: 'uuid' },
};
const refused = (...codes: string[]) => ({
  description: codes.join(', '),
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

const ANYWHERE = { 400: refused('MALFORMED_REQUEST'), 431: refused('HEADERS_TOO_LARGE') };
const COMMON = {
  ...ANYWHERE,
  401: refused('UNAUTHENTICATED', 'INVALID_TOKEN'),
  412: refused('TUS_VERSION_UNSUPPORTED'),
  503: refused('SERVICE_UNAVAILABLE'),
};
const MALFORMED = {
  400: refused('MALFORMED_UPLOAD', 'UPLOAD_EXTENSION_UNSUPPORTED', 'MALFORMED_REQUEST'),
};
const OF_ONE = {
  ...COMMON,
  ...MALFORMED,
  404: refused('UPLOAD_NOT_FOUND'),
  423: refused('UPLOAD_LOCKED'),
};
const tags = ['Uploads'];
const security = [{ bearer: [] }];

export const describeUploads = (): PathItems => ({
  '/api/v1/uploads': {
    options: {
      ...{ tags, security: [], operationId: 'optionsUploads' },
      summary: 'What the server speaks: version, extensions, the largest upload',
      responses: {
        204: { description: 'Tus-Version, Tus-Extension and Tus-Max-Size' },
        ...ANYWHERE,
      },
    },
    post: {
      ...{ tags, security, operationId: 'postUploads' },
      summary: 'Begin an upload: a clip of a draft of yours, or what takes the place of one',
      parameters: [
        TUS,
        header('Upload-Length', 'Bytes, at most 500 MiB'),
        header(
          'Upload-Metadata',
          'story_id and filename; optionally filetype, context, audio_track (place among the tracks of sound, from 0), and replaces (a media_id). Values in base64',
        ),
      ],
      responses: {
        201: {
          description: 'Begun; send the bytes to Location',
          headers: { Location: said('The address of the upload'), 'Media-Id': said('The clip') },
        },
        ...COMMON,
        ...MALFORMED,
        403: refused('FORBIDDEN'),
        404: refused('STORY_NOT_FOUND', 'MEDIA_NOT_FOUND'),
        409: refused('STORY_NOT_DRAFT', 'TOO_MANY_CLIPS'),
        413: refused('TOO_LARGE'),
        422: refused('VALIDATION_ERROR'),
        429: refused('RATE_LIMITED', 'TOO_MANY_UNFINISHED'),
        507: refused('INSUFFICIENT_STORAGE'),
      },
    },
  },
  '/api/v1/uploads/{upload_id}': {
    head: {
      ...{ tags, security, operationId: 'headUpload' },
      summary: 'How far an upload has come, to go on from there',
      parameters: [UPLOAD_ID, TUS],
      responses: {
        200: { description: 'Where it stands', headers: { 'Upload-Offset': said('Bytes held') } },
        ...OF_ONE,
        410: refused('UPLOAD_EXPIRED'),
      },
    },
    patch: {
      ...{ tags, security, operationId: 'patchUpload' },
      summary: 'Send bytes from the offset on; the last one queues the clip',
      parameters: [UPLOAD_ID, TUS, header('Upload-Offset', 'What HEAD told')],
      requestBody: {
        required: true,
        content: {
          'application/offset+octet-stream': { schema: { type: 'string', format: 'binary' } },
        },
      },
      responses: {
        204: { description: 'Taken', headers: { 'Upload-Offset': said('Bytes held now') } },
        ...OF_ONE,
        409: refused('OFFSET_MISMATCH', 'UPLOAD_FINISHED'),
        410: refused('UPLOAD_EXPIRED'),
        413: refused('TOO_LARGE'),
        415: refused('UNSUPPORTED_MEDIA_TYPE'),
        507: refused('INSUFFICIENT_STORAGE'),
      },
    },
    delete: {
      ...{ tags, security, operationId: 'deleteUpload' },
      summary: 'Give an upload up; nothing of it stays',
      parameters: [UPLOAD_ID, TUS],
      responses: {
        204: { description: 'Gone' },
        ...OF_ONE,
        409: refused('UPLOAD_FINISHED'),
      },
    },
  },
  '/images/{image_id}/{revision}/{file}': {
    get: {
      ...{ tags: ['Images'], security: [], operationId: 'getImageObject' },
      summary: 'One size of a private picture, for who holds its signed address',
      parameters: [
        ...['image_id', 'revision', 'file'].map((name) => ({
          ...{ name, in: 'path', required: true },
          schema: { type: 'string' },
        })),
        ...['Policy', 'Signature', 'Key-Pair-Id'].map((name) => ({
          ...{ name, in: 'query', required: true },
          schema: { type: 'string' },
        })),
      ],
      responses: {
        ...ANYWHERE,
        200: { description: 'The picture' },
        403: refused(
          'SIGNATURE_MISSING',
          'SIGNATURE_INVALID',
          'SIGNATURE_EXPIRED',
          'MEDIA_WITHDRAWN',
        ),
        404: refused('NOT_FOUND'),
      },
    },
  },
  '/media/{media_id}/{revision}/{file}': {
    get: {
      ...{ tags: ['Playback'], security: [], operationId: 'getMediaObject' },
      summary: 'A playlist, segment bytes or still of a clip, for who holds its playback cookies',
      parameters: [
        ...['media_id', 'revision', 'file'].map((name) => ({
          ...{ name, in: 'path', required: true },
          schema: { type: 'string' },
        })),
        header('Range', 'Bytes wanted', false),
      ],
      responses: {
        ...ANYWHERE,
        200: { description: 'The object' },
        206: { description: 'The range of it' },
        403: refused(
          'SIGNATURE_MISSING',
          'SIGNATURE_INVALID',
          'SIGNATURE_EXPIRED',
          'MEDIA_WITHDRAWN',
        ),
        404: refused('NOT_FOUND'),
        416: refused('RANGE_NOT_SATISFIABLE'),
      },
    },
  },
});
