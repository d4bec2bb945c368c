// The HTTP server around the application: its timeouts, its address, and how it drains.

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Config } from '../../pipeline/platform/config.js';
import { answerUnreadable } from './answer-unreadable.js';

export interface RunningServer {
  /** `http://127.0.0.1:3000`, with the port that was really taken. */
  readonly address: string;
  /** Stops listening, lets running requests end, and cuts what still runs after `drainSeconds`. */
  drain(): Promise<void>;
}

/** @throws Error that says so where the port is taken */
export async function startServer(
  app: RequestListener,
  { host, port, drainSeconds }: Config['http'],
): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: 15_000,
      // Uploads take as long as their line needs; limitBodyTime bounds all other bodies.
      requestTimeout: 0,
      // Longer than the idle time of the load balancers in use, which must close first.
      keepAliveTimeout: 75_000,
      maxHeaderSize: 16 * 1024,
    },
    app,
  );
  answerUnreadable(server);
  server.maxRequestsPerSocket = 1_000;
  // Nothing sent or received for so long: event streams beat every 15 s, uploads send.
  server.timeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (err: NodeJS.ErrnoException) => reject(explain(err, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async drain() {
      const late = setTimeout(() => server.closeAllConnections(), drainSeconds * 1000);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const idle = setInterval(() => server.closeIdleConnections(), 100);
      await closed;
      clearTimeout(late);
      clearInterval(idle);
    },
  };
}

function explain(err: NodeJS.ErrnoException, host: string, port: number): Error {
  if (err.code === 'EADDRINUSE') {
    return new Error(`Port ${port} of ${host} is taken: stop what listens there, or set PORT`, {
      cause: err,
    });
  }
  if (err.code === 'EACCES') return new Error(`Port ${port} may not be opened`, { cause: err });
  return err;
}
