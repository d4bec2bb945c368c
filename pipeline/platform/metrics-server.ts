// Serves the metrics of a process that has no other HTTP server: GET /metrics, and nothing else.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Config } from './config.js';
import type { MetricsPage } from './metrics.js';
import { mayReadMetrics } from './metrics-access.js';

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics`, with the port that was really taken. */
  readonly address: string;
  close(): Promise<void>;
}

/** Null where the settings name no port. @throws Error where the port cannot be had */
export async function serveMetrics(
  metrics: MetricsPage,
  { metricsHost: host, metricsPort: port, metricsToken }: Config['ops'],
): Promise<MetricsServer | null> {
  if (port === null) return null;
  const server = createServer((request, response) => {
    answer(metrics, metricsToken, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 10_000;
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  metrics: MetricsPage,
  token: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/metrics' || request.method !== 'GET' || !mayReadMetrics(request, token)) {
    response.writeHead(404).end();
    return;
  }
  const text = await metrics.read();
  response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
}
