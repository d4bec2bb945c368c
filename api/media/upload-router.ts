// Resumable uploads over tus 1.0: every verb is checked against the row of the upload and its owner.

import { type Request, type RequestHandler, type Response, Router } from 'express';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import type { Context } from '../context.js';
import { methodNotAllowed, unsupportedMediaType } from '../errors.js';
import { admit } from '../http/authenticate.js';
import { toApiError } from '../http/error-handler.js';
import { limitRequest } from '../http/rate-limit.js';
import { createUpload } from './create-upload.js';
import { endUpload } from './end-upload.js';
import { finishUpload } from './finish-upload.js';
import { publicOrigin } from './public-origin.js';
import { copyHeaders, openTus, UPLOADS } from './tus-server.js';
import {
  offsetMismatch,
  outOfReach,
  toUploadError,
  uploadExpired,
  uploadFinished,
  uploadNotFound,
  uploadTooLarge,
} from './upload-errors.js';
import { crossOrigin, speakTus } from './upload-headers.js';
import { UploadLocker } from './upload-locker.js';
import { findUpload, type Upload } from './upload-queries.js';
import { openUploadStore } from './upload-store.js';

const ONE = `${UPLOADS}/:upload_id`;

export function uploadRouter(context: Context): Router {
  const store = openUploadStore(context);
  const locker = new UploadLocker(context);
  const serveTus = openTus(context.config, store, locker);
  context.draining.addEventListener('abort', () => locker.releaseAll(), { once: true });

  const finish = async (upload: Upload) => {
    if (await finishUpload(context, store, upload)) return;
    throw new Error(`Upload ${upload.uploadId} was answered as complete, but is not`);
  };

  const create: RequestHandler = async (request, response) => {
    const user = await admit(context, request, 'maker');
    await limitRequest(context, { method: 'post' }, { request, response, user });
    const uploadId = newId();
    const begun: { mediaId: string | null } = { mediaId: null };
    try {
      const answer = await serveTus(request, response, {
        uploadId,
        async create(length, metadata) {
          const asked = { uploadId, ownerId: user.userId, length, metadata };
          begun.mediaId = await createUpload(context, asked);
        },
        finish: async () => finish(await getUpload(context, uploadId, user.userId)),
      });
      if (request.socket.destroyed) throw new Error('The client left before it knew the address');
      copyHeaders(answer, response);
      response.set('Location', `${publicOrigin(context.config, request)}${UPLOADS}/${uploadId}`);
      response.set('Media-Id', toPublicId('media', begun.mediaId ?? ''));
      response.status(201).end();
    } catch (error) {
      // Nobody was told where it is, so nobody could ever go on with it.
      if (begun.mediaId) {
        await giveUp(uploadId).catch((err: unknown) => {
          context.log.warn(
            { err, uploadId },
            'an upload that nobody knows of stays until it expires',
          );
        });
      }
      throw error;
    }
  };

  const proceed: RequestHandler = async (request, response) => {
    const upload = await admitTo(context, request, response);
    if (request.method === 'PATCH') checkContentType(request);
    if (upload.finished) return answerFinished(upload, request, response);
    if (upload.expired) throw uploadExpired();
    const { uploadId } = upload;
    const answer = await serveTus(request, response, { uploadId, finish: () => finish(upload) });
    copyHeaders(answer, response);
    if (request.method === 'HEAD') {
      if (Number(answer.headers.get('upload-offset')) === upload.length) await finish(upload);
      response.set('Upload-Expires', upload.expiresAt.toUTCString());
    }
    response.status(answer.status).end();
  };

  const tellOffset: RequestHandler = async (request, response, next) => {
    try {
      await proceed(request, response, next);
    } catch (error) {
      if (toApiError(error).status < 500) throw error;
      context.log.warn({ err: error, uploadId: request.params.upload_id }, 'upload out of reach');
      throw outOfReach(error);
    }
  };

  const terminate: RequestHandler = async (request, response) => {
    const { finished, uploadId } = await admitTo(context, request, response);
    if (finished || !(await giveUp(uploadId))) throw uploadFinished();
    response.status(204).end();
  };

  async function giveUp(uploadId: string): Promise<boolean> {
    const lock = locker.newLock(uploadId);
    await lock
      .lock(new AbortController().signal, () => {})
      .catch((error: unknown) => {
        throw toUploadError(error, context.config.media.maxBytes);
      });
    try {
      const upload = await findUpload(context.db, uploadId);
      return upload ? await endUpload(context, store, upload) : true;
    } finally {
      await lock.unlock();
    }
  }

  const router = Router();
  router.use(UPLOADS, crossOrigin(context), speakTus(context));
  router.post(UPLOADS, create);
  router.head(ONE, tellOffset);
  router.patch(ONE, proceed);
  router.delete(ONE, terminate);
  router.all(UPLOADS, refuse('POST, OPTIONS'));
  router.all(ONE, refuse('HEAD, PATCH, DELETE, OPTIONS'));
  return router;
}

async function admitTo(context: Context, request: Request, response: Response): Promise<Upload> {
  const user = await admit(context, request, 'user');
  const upload = await getUpload(context, String(request.params.upload_id), user.userId);
  response.set('Media-Id', toPublicId('media', upload.mediaId));
  return upload;
}

/** @throws ApiError UPLOAD_NOT_FOUND, also where it is somebody else's */
async function getUpload({ db }: Pick<Context, 'db'>, uploadId: string, ownerId: string) {
  const upload = UUID.test(uploadId) ? await findUpload(db, uploadId) : undefined;
  if (upload?.ownerId !== ownerId) throw uploadNotFound();
  return upload;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** From the row, since a worker has moved the bytes: a client that missed the last answer asks once more. */
function answerFinished({ length }: Upload, request: Request, response: Response): void {
  if (request.method === 'PATCH') {
    if (request.get('upload-offset') !== String(length)) throw offsetMismatch();
    if (Number(request.get('content-length') ?? 1) > 0) throw uploadTooLarge();
  } else response.set('Upload-Length', String(length));
  response.set('Upload-Offset', String(length));
  response.status(request.method === 'PATCH' ? 204 : 200).end();
}

function checkContentType(request: Request): void {
  const type = request.get('content-type');
  if (type !== 'application/offset+octet-stream') throw unsupportedMediaType();
}

const refuse =
  (allow: string): RequestHandler =>
  () => {
    throw methodNotAllowed(allow);
  };
