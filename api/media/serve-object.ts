// Sends a stored object as an edge does: whole, in part, zipped, or not at all where the viewer has it.

import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { Request, Response } from 'express';

import { contentTypeOf } from '../../pipeline/storage/content-type.js';
import type { ObjectKey } from '../../pipeline/storage/object-key.js';
import { type ObjectInfo, ObjectNotFound } from '../../pipeline/storage/storage.js';
import type { Context } from '../context.js';
import { ApiError, notFound } from '../errors.js';
import { readRange } from './byte-range.js';

/** @throws ApiError NOT_FOUND, RANGE_NOT_SATISFIABLE */
export async function serveObject(
  { storage }: Pick<Context, 'storage'>,
  key: ObjectKey,
  request: Request,
  response: Response,
): Promise<void> {
  const info = await storage.head(key);
  if (!info) throw absent(response);
  const type = contentTypeOf(key);
  response.set({
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
  });
  response.set('Last-Modified', info.modifiedAt.toUTCString());
  if (TEXTS.has(type)) response.vary('Accept-Encoding');
  const zipped = TEXTS.has(type) && !request.get('range') && acceptsGzip(request);
  const etag = zipped ? info.etag.replace(/"$/, '-gzip"') : info.etag;
  response.set('ETag', etag);
  if (matchesTag(request.get('if-none-match'), etag)) return void response.status(304).end();
  try {
    if (zipped) await sendZipped(storage, info, request, response);
    else await sendBytes(storage, info, request, response);
  } catch (error) {
    // A viewer who has left meanwhile is no fault of ours.
    if (response.headersSent || response.destroyed) response.destroy();
    else throw error instanceof ObjectNotFound ? absent(response) : error;
  }
}

async function sendBytes(
  storage: Context['storage'],
  { key, size, etag }: ObjectInfo,
  request: Request,
  response: Response,
): Promise<void> {
  const validator = request.get('if-range');
  const wanted = validator === undefined || validator === etag ? request.get('range') : undefined;
  const range = readRange(wanted, size);
  if (range === 'unsatisfiable') {
    unsay(response);
    throw new ApiError(416, 'RANGE_NOT_SATISFIABLE', `There are ${size} bytes.`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  response.status(range ? 206 : 200);
  if (range) response.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  response.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (request.method === 'HEAD') return void response.end();
  const left = new AbortController();
  response.once('close', () => left.abort());
  const { body } = await storage.get(key, { ...(range && { range }), signal: left.signal });
  await pipeline(body, response);
}

async function sendZipped(
  storage: Context['storage'],
  { key }: ObjectInfo,
  request: Request,
  response: Response,
): Promise<void> {
  const { body } = await storage.get(key);
  const bytes = await promisify(gzip)(Buffer.concat(await body.toArray()));
  response.set({ 'Content-Encoding': 'gzip', 'Content-Length': String(bytes.length) });
  response.status(200).end(request.method === 'HEAD' ? undefined : bytes);
}

const TEXTS = new Set(['application/vnd.apple.mpegurl', 'text/vtt']);

const acceptsGzip = (request: Request) => request.acceptsEncodings('gzip', 'identity') === 'gzip';

/** Weakly, as If-None-Match is compared. */
const matchesTag = (given: string | undefined, etag: string) =>
  given?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;

function absent(response: Response): ApiError {
  unsay(response);
  return notFound();
}

/** What was said of an object is not true of a refusal. */
function unsay(response: Response): void {
  for (const name of ['Content-Type', 'ETag', 'Last-Modified']) response.removeHeader(name);
  response.set('Cache-Control', 'no-store');
}
