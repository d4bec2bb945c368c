// Reads a JSON body of at most 100 kB, once the caller is known to be allowed to send one.

import express, { type Request, type Response } from 'express';

import { unsupportedMediaType } from '../errors.js';

const parseJson = express.json({ limit: 100 * 1024, type: () => true });

/**
 * The body, or undefined where none was sent.
 * @throws ApiError 415, or body-parser's own 400 and 413
 */
export async function readBody(request: Request, response: Response): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!JSON_TYPE.test(request.get('content-type') ?? '')) throw unsupportedMediaType();
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
  return request.body;
}

/** UTF-8 or nothing said: iconv would read a body in UTF-7 as well. */
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?$/i;

const hasBody = (request: Request) =>
  request.headers['transfer-encoding'] !== undefined ||
  Number(request.headers['content-length'] ?? 0) > 0;
