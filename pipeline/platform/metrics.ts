// What Prometheus reads. The one file that knows the library, which ends with Node 20.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  countRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** `read` is called at each scrape; a failing one leaves its series out. */
  watchQueues(read: () => Promise<readonly QueueDepth[]>): void;
  /** Prometheus' text format. */
  read(): Promise<string>;
  readonly contentType: string;
}

export interface QueueDepth {
  readonly queue: string;
  readonly state: string;
  readonly jobs: number;
}

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by the template of their route',
    labelNames,
    registers,
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
    registers,
  });
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    countRequest({ method, route, status, seconds }) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ method, route }, seconds);
    },
    watchQueues(read) {
      new Gauge({
        name: 'queue_jobs',
        help: 'Jobs in each queue, by their state',
        labelNames: ['queue', 'state'] as const,
        registers,
        async collect() {
          this.reset();
          for (const { queue, state, jobs } of await read().catch(() => [])) {
            this.set({ queue, state }, jobs);
          }
        },
      });
    },
  };
}
