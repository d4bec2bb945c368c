// The series of the background process: what its sweeps mend, how long they take, and how often they fail.

import type { Config } from '../pipeline/platform/config.js';
import { watchDisks } from '../pipeline/platform/disk-metrics.js';
import { type MetricsPage, openMetrics } from '../pipeline/platform/metrics.js';
import { CLOSE_LAG } from './ops/close-lag.js';

export interface BackgroundMetrics extends MetricsPage {
  /** @param lagSeconds from an auction's end to its being written down */
  countEnd(lagSeconds: number): void;
  /** @param mended how much the sweep found and put right; null where it failed */
  countSweep(sweep: { name: string; seconds: number; mended: number | null }): void;
}

export function openBackgroundMetrics(config: Pick<Config, 'storage'>): BackgroundMetrics {
  const metrics = openMetrics();
  const repairs = metrics.counter({
    name: 'sweep_repairs_total',
    help: 'What each sweep found and put right: jobs rebuilt, uploads expired, objects removed',
    labels: ['kind'],
  });
  const failures = metrics.counter({
    name: 'sweep_failures_total',
    help: 'Sweeps that failed and run again in their time',
    labels: ['kind'],
  });
  const durations = metrics.histogram({
    name: 'sweep_seconds',
    help: 'Time that one pass of a sweep took',
    labels: ['kind'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
  });
  const lags = metrics.histogram(CLOSE_LAG);
  if (config.storage.provider === 'disk') watchDisks(metrics, { media: config.storage.root });
  return {
    contentType: metrics.contentType,
    read: () => metrics.read(),
    countEnd: (lagSeconds) => lags({}, lagSeconds),
    countSweep({ name, seconds, mended }) {
      const labels = { kind: name.replaceAll(' ', '_') };
      durations(labels, seconds);
      repairs(labels, mended ?? 0);
      failures(labels, mended === null ? 1 : 0);
    },
  };
}
