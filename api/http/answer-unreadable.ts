// Answers what Node cannot read as a request, in the envelope like every other refusal.

import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { ApiError, malformedRequest } from '../errors.js';
import { errorBody } from './envelope.js';

/** Where an answer has begun the connection is only closed: words in the middle of it help nobody. */
export function answerUnreadable(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => answers.set(socket, response));
  server.on('clientError', (error: Unreadable, socket) => {
    const answer = answers.get(socket);
    const hasBegun = answer?.headersSent && !answer.writableFinished;
    if (!socket.writable || hasBegun || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const refusal = toRefusal(error.code);
    const id = toPublicId('req', newId());
    const body = JSON.stringify(errorBody(refusal, id));
    socket.end(
      [
        `HTTP/1.1 ${refusal.status} ${refusal.code}`,
        'Connection: close',
        'Content-Type: application/json; charset=utf-8',
        'Cache-Control: no-store',
        'X-Content-Type-Options: nosniff',
        `X-Request-Id: ${id}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        // Else it would be read as the beginning of another answer.
        isHead(error) ? '' : body,
      ].join('\r\n'),
      () => socket.destroy(),
    );
  });
}

interface Unreadable extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** As far as the packet that broke it tells. */
const isHead = ({ rawPacket }: Unreadable): boolean =>
  rawPacket?.toString('latin1', 0, 5) === 'HEAD ';

function toRefusal(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError(431, 'HEADERS_TOO_LARGE', 'The headers of a request may have 16 KiB.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiError(408, 'REQUEST_TIMEOUT', 'The request did not come in time.');
  }
  return malformedRequest();
}
