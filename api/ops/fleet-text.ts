// The fleet as a page of a terminal.

import { type FleetWorker, isLive } from '../../pipeline/fleet.js';
import type { QueueDepth } from './queue-depths.js';
import type { FleetReader } from './read-fleet.js';

export interface FleetView {
  readonly workers: readonly FleetWorker[];
  readonly queues: readonly QueueDepth[];
  readonly backlog: Awaited<ReturnType<FleetReader['backlog']>>;
}

/** @param view.now decides how long jobs have run */
export function fleetText(view: FleetView, now: Date, width = 120): string {
  const lines = [
    backlogLine(view),
    '',
    ...table(['QUEUE', 'WAITS', 'OLDEST', 'RUNS', 'LONGEST', 'DELAYED', 'DEAD'], queueRows(view)),
    '',
    ...table(
      WORKER_HEAD,
      view.workers.flatMap((worker) => workerRows(worker, now)),
    ),
  ];
  if (view.workers.length === 0) lines.push('no worker tells of itself');
  return `${lines.map((line) => line.slice(0, width)).join('\n')}\n`;
}

const WORKER_HEAD = ['WORKER', 'STATE', 'SLOTS', 'RUNS', 'CLIP', 'STAGE', '%', 'SPEED', 'SINCE'];

function backlogLine({ backlog, workers }: FleetView): string {
  const live = workers.filter(isLive).length;
  const clips = count(backlog.clips, 'clip');
  const fleet = `${count(live, 'worker')}, ${count(backlog.slots, 'encode slot')}`;
  if (backlog.clips === 0) return `${fleet}; nothing waits to be encoded`;
  const time = `${toTime(backlog.seconds)}, at most ${toTime(backlog.atMostSeconds)}`;
  const media = `${toTime(backlog.mediaSeconds)} of media at ${backlog.speed.toFixed(1)}x a slot`;
  return `${fleet}; backlog ${time} (${clips}, ${media})`;
}

const count = (many: number, what: string) => `${many} ${what}${many === 1 ? '' : 's'}`;

function queueRows({ queues }: FleetView): string[][] {
  return [...new Set(queues.map(({ queue }) => queue))].map((queue) => {
    const of = (...states: QueueDepth['state'][]) =>
      queues.filter((depth) => depth.queue === queue && states.includes(depth.state));
    const jobs = (...states: QueueDepth['state'][]) =>
      String(of(...states).reduce((sum, depth) => sum + depth.jobs, 0));
    const oldest = (...states: QueueDepth['state'][]) =>
      toTime(Math.max(0, ...of(...states).map(({ oldestSeconds }) => oldestSeconds)));
    const waits = ['waiting', 'prioritized'] as const;
    return [
      ...[queue, jobs(...waits), oldest(...waits), jobs('active'), oldest('active')],
      ...[jobs('delayed'), jobs('failed')],
    ];
  });
}

function workerRows(worker: FleetWorker, now: Date): string[][] {
  const state = isLive(worker)
    ? worker.draining
      ? 'draining'
      : 'live'
    : `silent ${toTime(worker.silentSeconds)}`;
  const name = [`${worker.host}:${worker.pid}`, state, String(worker.concurrency)];
  if (worker.running.length === 0) return [[...name, 'idle']];
  return worker.running.map((job, at) => [
    ...(at === 0 ? name : ['', '', '']),
    ...[job.queue, job.media_id ?? '', job.stage === job.queue ? '' : job.stage],
    job.percent === null ? '' : `${job.percent} %`,
    job.speed === null ? '' : `${job.speed.toFixed(1)}x`,
    toTime((now.getTime() - Date.parse(job.since)) / 1000),
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function toTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
