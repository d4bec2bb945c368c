// The series of an API process: its requests, and what all processes share as it is read at each scrape.

import type { Config } from '../../pipeline/platform/config.js';
import { watchDisks } from '../../pipeline/platform/disk-metrics.js';
import { type MetricsPage, openMetrics } from '../../pipeline/platform/metrics.js';
import { CLOSE_LAG } from './close-lag.js';
import type { FleetReader } from './read-fleet.js';
import { watchFleet } from './watch-fleet.js';

export interface ApiMetrics extends MetricsPage {
  countRequest(request: {
    method: string;
    route: string;
    status: number;
    seconds: number;
    received: number;
    sent: number;
  }): void;
  countView(userType: string): void;
  /** @param lagSeconds from an auction's end to its being written down */
  countEnd(lagSeconds: number): void;
}

export function openApiMetrics(config: Pick<Config, 'storage'>, fleet: FleetReader): ApiMetrics {
  const metrics = openMetrics();
  const requests = metrics.counter({
    name: 'http_requests_total',
    help: 'Requests answered, by the template of their route',
    labels: ['method', 'route', 'status'],
  });
  const durations = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labels: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
  });
  const received = metrics.counter({
    name: 'upload_received_bytes_total',
    help: 'Bytes of clips and pictures that makers sent',
  });
  const sent = metrics.counter({
    name: 'edge_sent_bytes_total',
    help: 'Bytes that the edge in this process sent to viewers',
  });
  const views = metrics.counter({
    name: 'story_views_total',
    help: 'Views of stories that counted, by the type of user',
    labels: ['user_type'],
  });
  const lags = metrics.histogram(CLOSE_LAG);
  if (config.storage.provider === 'disk') watchDisks(metrics, { media: config.storage.root });
  watchFleet(metrics, fleet);
  return {
    contentType: metrics.contentType,
    read: () => metrics.read(),
    countEnd: (lagSeconds) => lags({}, lagSeconds),
    countView: (userType) => views({ user_type: userType }),
    countRequest(request) {
      const { method, route, status, seconds } = request;
      requests({ method, route, status: String(status) });
      durations({ method, route }, seconds);
      if (TAKES_MEDIA.test(route)) received({}, request.received);
      if (IS_EDGE.test(route)) sent({}, request.sent);
    },
  };
}

/** By route templates: where media comes in, and where the edge is. */
const TAKES_MEDIA = /^\/api\/v1\/(uploads|.*\/(avatar|cover|picture)$)/;
const IS_EDGE = /^\/(media|images|public)\//;
