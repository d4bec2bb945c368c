// @tus/server behind Express: it speaks the protocol, our rows say which upload is meant and whose it is.

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { Server } from '@tus/server';
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';

import { uploadKey } from '../../pipeline/media-keys.js';
import type { Config } from '../../pipeline/platform/config.js';
import { toUploadError } from './upload-errors.js';
import type { UploadLocker } from './upload-locker.js';
import type { UploadMetadata } from './upload-queries.js';
import type { UploadStore } from './upload-store.js';

export const UPLOADS = '/api/v1/uploads';

/** One request's part in it. */
export interface TusTurn {
  readonly uploadId: string;
  /** Runs before the upload is made; may refuse by throwing. */
  create?(length: number, metadata: UploadMetadata): Promise<void>;
  /** Runs when the last byte has arrived. */
  finish?(): Promise<void>;
}

/** Lets tus answer, or throws why it does not. */
export type ServeTus = (
  request: ExpressRequest,
  response: ExpressResponse,
  turn: TusTurn,
) => Promise<globalThis.Response>;

/** How long a request that was asked to let go may take to save what has come. */
const LET_GO_MS = 300;
const BUFFER_BYTES = 256 * 1024;

export function openTus(
  { media }: Pick<Config, 'media'>,
  store: Pick<UploadStore, 'tus'>,
  locker: UploadLocker,
): ServeTus {
  const turns = new WeakMap<object, TusTurn & { error?: unknown }>();
  const turnOf = (request: object) => {
    const turn = turns.get(request);
    if (!turn) throw new Error('A tus request that nobody announced');
    return turn;
  };
  const server = new Server({
    path: UPLOADS,
    datastore: store.tus,
    locker,
    lockDrainTimeout: LET_GO_MS,
    maxSize: media.maxBytes,
    namingFunction: (request) => uploadKey(turnOf(request).uploadId),
    getFileIdFromRequest: (request) => uploadKey(turnOf(request).uploadId),
    generateUrl: (request, { path }) => `${path}/${turnOf(request).uploadId}`,
    async onUploadCreate(request, { size = 0, metadata = {} }) {
      await turnOf(request).create?.(size, metadata);
      return {};
    },
    async onUploadFinish(request) {
      await turnOf(request).finish?.();
      return {};
    },
    onResponseError(request, error) {
      turnOf(request).error = error;
      return undefined;
    },
  });

  return async (request, response, turn) => {
    const asked = toWebRequest(request, response);
    const kept: TusTurn & { error?: unknown } = { ...turn };
    turns.set(asked, kept);
    const answer = await server.handleWeb(asked);
    if (answer.status < 400) return answer;
    const error = kept.error ?? { status_code: answer.status, body: await answer.text() };
    throw toUploadError(error, media.maxBytes);
  };
}

/** tus looks for `runtime.node` to hear of a dropped line, so that it can save what has come. */
function toWebRequest(request: ExpressRequest, response: ExpressResponse): Request {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const web = new Request(`http://uploads.invalid${request.originalUrl}`, {
    method: request.method,
    headers,
    ...(CARRIES_BYTES.has(request.method) && { body: toWebStream(request), duplex: 'half' }),
  } as RequestInit);
  return Object.assign(web, { runtime: { node: { req: request, res: response } } });
}

const CARRIES_BYTES = new Set(['POST', 'PATCH']);

/** Counted in bytes: left to itself Node counts chunks and would hold a whole upload in memory. */
const toWebStream = (request: IncomingMessage) =>
  Readable.toWeb(request, {
    strategy: new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
  });

const KEPT_BACK = /^(access-control-|location$|content-length$|content-type$)/;

/** Gives tus's headers to Express; addresses and origins are ours to say. */
export function copyHeaders(answer: globalThis.Response, response: ExpressResponse): void {
  answer.headers.forEach((value, name) => {
    if (!KEPT_BACK.test(name)) response.setHeader(name, value);
  });
}
