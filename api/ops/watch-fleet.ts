// What Prometheus is told of queues, workers and the backlog. Every API process tells the same: take the maximum of them.

import { isLive } from '../../pipeline/fleet.js';
import type { Metrics } from '../../pipeline/platform/metrics.js';
import type { FleetReader } from './read-fleet.js';

export function watchFleet({ gauge }: Pick<Metrics, 'gauge'>, fleet: FleetReader): void {
  gauge(
    {
      name: 'queue_jobs',
      help: 'Jobs in each queue, by their state',
      labels: ['queue', 'state'],
    },
    async () =>
      (await fleet.queues()).map(({ queue, state, jobs }) => ({
        labels: { queue, state },
        value: jobs,
      })),
  );
  gauge(
    {
      name: 'queue_oldest_seconds',
      help: 'Age of the oldest job seen at both ends of each state of a queue, 0 where it is empty; for active ones, since they run',
      labels: ['queue', 'state'],
    },
    async () =>
      (await fleet.queues()).map(({ queue, state, oldestSeconds }) => ({
        labels: { queue, state },
        value: oldestSeconds,
      })),
  );
  gauge(
    { name: 'fleet_workers', help: 'Worker processes, by what they do', labels: ['state'] },
    async () => {
      const workers = await fleet.workers();
      const count = (state: string, keep: (worker: (typeof workers)[number]) => boolean) => ({
        labels: { state },
        value: workers.filter(keep).length,
      });
      return [
        count('live', (worker) => isLive(worker) && !worker.draining),
        count('draining', (worker) => isLive(worker) && worker.draining),
        count('silent', (worker) => !isLive(worker)),
      ];
    },
  );
  const ofBacklog = (
    name: string,
    help: string,
    pick: (backlog: Awaited<ReturnType<FleetReader['backlog']>>) => number,
  ) => gauge({ name, help }, async () => [{ labels: {}, value: pick(await fleet.backlog()) }]);
  ofBacklog('fleet_encode_slots', 'Encodes that the live workers run at a time', (b) => b.slots);
  ofBacklog(
    'encode_backlog_seconds',
    'How long the present fleet would take for every clip that is not encoded yet',
    (b) => b.seconds,
  );
  ofBacklog(
    'encode_backlog_media_seconds',
    'Length of those clips, estimated from their bytes before admission',
    (b) => b.mediaSeconds,
  );
  ofBacklog('encode_backlog_clips', 'How many they are', (b) => b.clips);
}
