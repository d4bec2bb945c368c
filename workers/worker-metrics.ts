// The series of a worker process: what its jobs cost, how they end, and what they read and write.

import { watchDisks } from '../pipeline/platform/disk-metrics.js';
import { type MetricsPage, openMetrics } from '../pipeline/platform/metrics.js';

/** How a run ended. Retried: a fault of ours, and the queue will try again; failed: it will not. */
export type Outcome =
  | 'done'
  | 'refused'
  | 'cancelled'
  | 'superseded'
  | 'handed_back'
  | 'retried'
  | 'failed';

export interface WorkerMetrics extends MetricsPage {
  countJob(job: { queue: string; outcome: Outcome; seconds: number; code?: string }): void;
  /** A job whose worker vanished starts again. */
  countStalled(queue: string): void;
  /** The job or its lease was given to somebody else while it ran here. */
  countLost(queue: string): void;
  countEncode(encode: { mediaSeconds: number; wallSeconds: number; cpuSeconds: number }): void;
  /** A stream was copied from a clip of the same bytes. */
  countCopied(): void;
  /** Between storage and this process. */
  countBytes(direction: 'read' | 'written', bytes: number): void;
  /** One ffmpeg more, or one less. */
  countFfmpeg(change: 1 | -1): void;
}

/** @param folders whose file systems are watched, by the names that they get */
export function openWorkerMetrics(folders: Readonly<Record<string, string>>): WorkerMetrics {
  const metrics = openMetrics();
  const { counter, histogram, gauge } = metrics;
  const jobs = histogram({
    name: 'job_seconds',
    help: 'Time that one run of a job took, by how it ended',
    labels: ['queue', 'outcome'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1280],
  });
  const retries = counter({
    name: 'job_retries_total',
    help: 'Runs that ended with a fault of ours and are tried again, by the code of the fault',
    labels: ['queue', 'code'],
  });
  const failures = counter({
    name: 'job_failures_total',
    help: 'Jobs given up after a fault of ours, by its code',
    labels: ['queue', 'code'],
  });
  const refusals = counter({
    name: 'media_refusals_total',
    help: 'Clips and pictures refused for good, by the code that their makers are told',
    labels: ['queue', 'code'],
  });
  const stalled = counter({
    name: 'jobs_stalled_total',
    help: 'Jobs of vanished workers that this worker found and started again',
    labels: ['queue'],
  });
  const lost = counter({
    name: 'lease_losses_total',
    help: 'Runs that lost their lock or lease to another worker',
    labels: ['queue'],
  });
  const speeds = histogram({
    name: 'encode_speed_ratio',
    help: 'Seconds of media that one encode made per second, the whole ladder',
    buckets: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 21],
  });
  const mediaSeconds = counter({
    name: 'encode_media_seconds_total',
    help: 'Length of all clips encoded',
  });
  const wallSeconds = counter({
    name: 'encode_wall_seconds_total',
    help: 'Time that encoding and packaging them took',
  });
  const cpuSeconds = counter({
    name: 'encode_cpu_seconds_total',
    help: 'CPU time of all their ffmpegs; over the length it is the cost of a second of media',
  });
  const copied = counter({
    name: 'encode_copies_total',
    help: 'Clips that took their stream from one of the same bytes instead of encoding it',
  });
  const bytes = counter({
    name: 'storage_bytes_total',
    help: 'Bytes of media between storage and this worker',
    labels: ['direction'],
  });
  let ffmpegs = 0;
  gauge({ name: 'ffmpeg_processes', help: 'Runs of ffmpeg under way' }, () => [
    { labels: {}, value: ffmpegs },
  ]);
  watchDisks(metrics, folders);
  for (const direction of ['read', 'written'] as const) bytes({ direction }, 0);
  return {
    contentType: metrics.contentType,
    read: () => metrics.read(),
    countJob({ queue, outcome, seconds, code = 'UNKNOWN' }) {
      jobs({ queue, outcome }, seconds);
      if (outcome === 'retried') retries({ queue, code });
      if (outcome === 'failed') failures({ queue, code });
      if (outcome === 'refused') refusals({ queue, code });
    },
    countStalled: (queue) => stalled({ queue }),
    countLost: (queue) => lost({ queue }),
    countEncode(encode) {
      mediaSeconds({}, encode.mediaSeconds);
      wallSeconds({}, encode.wallSeconds);
      cpuSeconds({}, encode.cpuSeconds);
      if (encode.wallSeconds > 0) speeds({}, encode.mediaSeconds / encode.wallSeconds);
    },
    countCopied: () => copied({}),
    countBytes: (direction, size) => bytes({ direction }, size),
    countFfmpeg(change) {
      ffmpegs += change;
    },
  };
}
