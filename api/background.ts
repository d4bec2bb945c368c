// The background process: sweeps through what is due, as often as each is worth.

import { openAuctionEvents } from '../pipeline/auction-events.js';
import { openQueues } from '../pipeline/jobs/open-queues.js';
import { openMediaEvents } from '../pipeline/media-events.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { databaseUrl, openDatabase } from '../pipeline/platform/database.js';
import { openKeys } from '../pipeline/platform/keys.js';
import { runUntilSignal } from '../pipeline/platform/lifecycle.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { serveMetrics } from '../pipeline/platform/metrics-server.js';
import { migrateAtStart } from '../pipeline/platform/migrations.js';
import { openStorage } from '../pipeline/storage/open-storage.js';
import { removeLostWorkers } from '../pipeline/worker-queries.js';
import { relistUndecided } from './auctions/after-sale.js';
import { endOverdue } from './auctions/end-auction.js';
import { prepareReset } from './auth/prepare-reset.js';
import { removeOldSessions } from './auth/remove-old-sessions.js';
import { openBackgroundMetrics } from './background-metrics.js';
import { posterSweep } from './feed/public-posters.js';
import { removeOutdated } from './http/remove-outdated.js';
import { rebuildImageJobs } from './images/rebuild-image-jobs.js';
import { expireUploads } from './media/expire-uploads.js';
import { resumeFinishedUploads } from './media/finish-upload.js';
import { rebuildCaptionJobs } from './media/rebuild-caption-jobs.js';
import { rebuildJobs } from './media/rebuild-jobs.js';
import { rebuildReencodeJobs } from './media/rebuild-reencode-jobs.js';
import { removeObjects } from './media/remove-objects.js';
import { openUploadStore } from './media/upload-store.js';
import { expireOffers } from './offers/expire-offers.js';
import { expireOrders } from './orders/expire-orders.js';
import { prepareReminder } from './orders/prepare-reminder.js';
import { openOutlets } from './outbox/outlets.js';
import { removeOldMessages, sendOutbox } from './outbox/send-outbox.js';
import { startSweeps } from './run-sweeps.js';
import { publishDue } from './stories/publish-due.js';
import { removeOldViewers } from './views/remove-old-viewers.js';

const config = loadConfig();
const log = openLogger(config.log, { process: 'background' });

await runUntilSignal({ log, deadlineSeconds: config.http.drainSeconds }, async ({ onStop }) => {
  await migrateAtStart(config);
  const { db, pool, close } = openDatabase(config.database, {
    applicationName: 'vw-background',
    log,
  });
  onStop('database', close);
  const storage = await openStorage(config.storage);
  onStop('storage', () => storage.close());
  const connectionString = databaseUrl(config.database);
  const mediaEvents = openMediaEvents({ pool, connectionString, log });
  onStop('media events', () => mediaEvents.close());
  const auctionEvents = openAuctionEvents({ pool, connectionString, log });
  onStop('auction events', () => auctionEvents.close());
  const queues = await openQueues(config, { role: 'background', log });
  onStop('queues', () => queues.close());

  const context = { config, db, storage, queues, mediaEvents, auctionEvents, log };
  const metrics = openBackgroundMetrics(config);
  const seen = await serveMetrics(metrics, config.ops);
  if (seen) {
    onStop('metrics', () => seen.close());
    log.info({ address: seen.address }, 'metrics served');
  }
  const outlets = openOutlets(config);
  onStop('outlets', async () => {
    for (const outlet of Object.values(outlets)) outlet.close();
  });
  if (!config.mail.url) {
    log.info({ folder: `${config.dataDir}/mail` }, 'no MAIL_URL: mail is written to files');
  }
  const keys = await openKeys(config);
  const outbox = {
    ...{ db, log, outlets },
    prepare: {
      password_requested: prepareReset({ db, keys }),
      payment_reminder: prepareReminder({ db }),
    },
  };
  const uploads = openUploadStore(context);
  const sweeps = startSweeps(
    [
      {
        name: 'rebuild jobs',
        everySeconds: 5,
        run: (signal) => rebuildJobs(context, { signal }),
      },
      {
        name: 'rebuild caption jobs',
        everySeconds: 5,
        run: (signal) => rebuildCaptionJobs(context, { signal }),
      },
      {
        name: 'rebuild reencode jobs',
        everySeconds: 5,
        run: (signal) => rebuildReencodeJobs(context, { signal }),
      },
      {
        name: 'rebuild image jobs',
        everySeconds: 5,
        run: (signal) => rebuildImageJobs(context, { signal }),
      },
      {
        name: 'publish due stories',
        everySeconds: 2,
        run: (signal) => publishDue(context, { signal }),
      },
      {
        name: 'remove objects',
        everySeconds: 10,
        run: (signal) => removeObjects(context, { signal }),
      },
      {
        name: 'resume finished uploads',
        everySeconds: 10,
        run: (signal) => resumeFinishedUploads(context, uploads, signal),
      },
      {
        name: 'expire uploads',
        everySeconds: 30,
        run: (signal) => expireUploads(context, uploads, signal),
      },
      {
        name: 'end auctions',
        everySeconds: 1,
        run: (signal) => endOverdue({ ...context, metrics }, { signal }),
      },
      {
        name: 'expire orders',
        everySeconds: 5,
        run: (signal) => expireOrders(context, { signal }),
      },
      {
        name: 'relist undecided',
        everySeconds: 5,
        run: (signal) => relistUndecided(context, { signal }),
      },
      {
        name: 'expire offers',
        everySeconds: 5,
        run: (signal) => expireOffers(context, { signal }),
      },
      { name: 'withdraw posters', everySeconds: 10, run: posterSweep(context) },
      { name: 'remove old viewers', everySeconds: 60, run: () => removeOldViewers(context) },
      { name: 'send outbox', everySeconds: 1, run: (signal) => sendOutbox(outbox, signal) },
      { name: 'remove lost workers', everySeconds: 15, run: () => removeLostWorkers(db) },
      { name: 'remove outdated', everySeconds: 300, run: () => removeOutdated(context) },
      { name: 'remove old messages', everySeconds: 3_600, run: () => removeOldMessages(context) },
      { name: 'remove old sessions', everySeconds: 3_600, run: () => removeOldSessions(context) },
    ],
    log,
    metrics.countSweep,
  );
  onStop('sweeps', () => sweeps.stop());
  log.info('background started');
});
