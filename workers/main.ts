// The worker process: runs the jobs of clips until it is told to stop.

import { loadConfig } from '../pipeline/platform/config.js';
import { runUntilSignal } from '../pipeline/platform/lifecycle.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { serveMetrics } from '../pipeline/platform/metrics-server.js';
import { migrateAtStart } from '../pipeline/platform/migrations.js';
import { openWorkerContext } from './context.js';
import { startHeartbeat } from './heartbeat.js';
import { startWorkers } from './start-workers.js';

/** Of the time to stop in, what is left for handing jobs back and closing. */
const HAND_BACK_SECONDS = 5;

const config = loadConfig();
const log = openLogger(config.log, { process: 'worker' });
const deadlineSeconds = config.http.drainSeconds + HAND_BACK_SECONDS;

await runUntilSignal({ log, deadlineSeconds }, async ({ onStop }) => {
  await migrateAtStart(config);
  const handBack = new AbortController();
  const context = await openWorkerContext(config, { log, draining: handBack.signal, onStop });
  const seen = await serveMetrics(context.metrics, config.ops);
  if (seen) {
    onStop('metrics', () => seen.close());
    log.info({ address: seen.address }, 'metrics served');
  }
  const heartbeat = startHeartbeat(context);
  onStop('heartbeat', () => heartbeat.stop());
  const workers = startWorkers(context);
  onStop('workers', () => {
    heartbeat.drain();
    return workers.stop(config.http.drainSeconds * 1000, () =>
      handBack.abort(new Error('stopping')),
    );
  });
  log.info({ ffmpeg: context.ffmpeg.version, queues: context.queues.backend }, 'worker started');
});
