// How many bytes of a request came in, and how many of its answer went out.

import type { IncomingMessage, ServerResponse } from 'node:http';

export interface RequestBytes {
  /** Of the body. */
  readonly received: number;
  /** Of the whole answer, as far as it was sent. */
  readonly sent: number;
}

/** Call as early as possible; what it returns, when the answer is closed. */
export function watchBytes(request: IncomingMessage, response: ServerResponse): () => RequestBytes {
  const { socket } = request;
  const { bytesRead, bytesWritten } = socket;
  return () => ({
    // What arrived together with the headers was counted before us, so an unfinished body counts a little less.
    received: lengthOf(request) ?? Math.max(0, socket.bytesRead - bytesRead),
    sent: response.headersSent ? Math.max(0, socket.bytesWritten - bytesWritten) : 0,
  });
}

const lengthOf = ({ complete, headers }: IncomingMessage): number | null =>
  complete && headers['content-length'] !== undefined ? Number(headers['content-length']) : null;
