// npm start: everything on one machine. With --watch (npm run dev) the processes start again when a source changes.

import { loadConfig } from '../config.js';
import { runUntilSignal } from '../lifecycle.js';
import { openLogger } from '../logger.js';
import { startStandalone } from './start-standalone.js';
import { watchSources } from './watch-sources.js';

const config = loadConfig();
const log = openLogger(config.log, { process: 'standalone' });

await runUntilSignal(
  { log, deadlineSeconds: 3 * (config.http.drainSeconds + 20) },
  async (life) => {
    const standalone = await startStandalone({ log });
    life.onStop('processes', () => standalone.stop());
    if (process.argv.includes('--watch')) {
      const close = watchSources((file) => {
        log.info({ file }, 'a source changed; starting again');
        for (const { restart } of Object.values(standalone.processes)) restart();
      });
      life.onStop('watch', close);
    }
  },
);
