// Takes the bytes of one picture into quarantine as they come, and gives it its row and its job.

import { Transform, type TransformCallback } from 'node:stream';

import type { Request } from 'express';
import type { Knex } from 'knex';

import { enqueueImage } from '../../pipeline/enqueue-image.js';
import { type Image, type ImageSlot, imageSourceKey } from '../../pipeline/image.js';
import { getImage, insertImage } from '../../pipeline/image-queries.js';
import {
  hastenRemoval,
  queueRemoval,
  strikeRemoval,
} from '../../pipeline/object-removal-queries.js';
import { newId } from '../../pipeline/platform/ids.js';
import { StorageFull } from '../../pipeline/storage/storage.js';
import type { Context } from '../context.js';
import { imageTooLarge, noImage, noRoomForImage, notAnImageType } from './image-errors.js';

/** Bytes that no row names by then are taken for orphans. */
const UNNAMED_SECONDS = 3600;

/**
 * @param allow throws where the caller may not put a picture there; asked before the bytes and with the row
 * @throws ApiError MALFORMED_REQUEST, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INSUFFICIENT_STORAGE, and what `allow` throws
 */
export async function receiveImage(
  context: Pick<Context, 'config' | 'db' | 'storage' | 'queues' | 'log'>,
  slot: ImageSlot,
  request: Request,
  allow: (trx: Knex.Transaction) => Promise<unknown> = async () => {},
): Promise<Image> {
  const { config, db, storage } = context;
  const { maxBytes } = config.images;
  await db.transaction(allow);
  if (!IMAGE_TYPE.test(request.get('content-type') ?? '')) throw notAnImageType();
  if (Number(request.get('content-length') ?? 0) > maxBytes) throw imageTooLarge(maxBytes);
  const free = await storage.freeBytes();
  if (free !== null && free - maxBytes < config.uploads.minFreeBytes) throw noRoomForImage();

  const imageId = newId();
  const source = { key: imageSourceKey(imageId) };
  await queueRemoval(db, source, UNNAMED_SECONDS);
  try {
    const fileSize = await store(context, source.key, request);
    await db.transaction(async (trx) => {
      await allow(trx);
      await insertImage(trx, { ...slot, imageId, fileSize });
      if (!(await strikeRemoval(trx, source))) throw new Error('the picture was swept away');
    });
  } catch (error) {
    await hastenRemoval(db, source).catch((err: unknown) =>
      context.log.warn({ err, imageId }, 'bytes stay until their note is due'),
    );
    throw error;
  }
  await enqueueImage(context, imageId, 1);
  const image = await getImage(db, imageId);
  if (!image) throw new Error('A picture that was just made is not there');
  return image;
}

const IMAGE_TYPE = /^image\/[\w.+-]{1,48}\s*(;|$)/i;

/** @returns how many bytes came */
async function store(
  { config, storage }: Pick<Context, 'config' | 'storage'>,
  key: ReturnType<typeof imageSourceKey>,
  request: Request,
): Promise<number> {
  const gate = openGate(config.images.maxBytes);
  // A request closes, too, when all of it was read.
  const cut = () => {
    if (!request.complete) gate.stream.destroy(new Error('the sender left'));
  };
  request.once('close', cut).once('error', cut);
  request.pipe(gate.stream);
  try {
    await storage.put(key, gate.stream, { contentType: 'application/octet-stream' });
  } catch (error) {
    request.unpipe(gate.stream).resume();
    if (gate.exceeded()) throw imageTooLarge(config.images.maxBytes);
    throw error instanceof StorageFull ? noRoomForImage() : error;
  } finally {
    request.off('close', cut).off('error', cut);
  }
  if (gate.bytes() === 0) throw noImage();
  return gate.bytes();
}

/** Lets at most so many bytes through, and counts them. */
function openGate(maxBytes: number) {
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Error('more bytes than a picture may have'));
      else done(null, chunk);
    },
  });
  return { stream, bytes: () => bytes, exceeded: () => bytes > maxBytes };
}
