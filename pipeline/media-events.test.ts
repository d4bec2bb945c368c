import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { useDatabase } from '../fixtures/database.js';
import { until } from '../fixtures/until.js';
import { type MediaEvents, openMediaEvents } from './media-events.js';
import { newId } from './platform/ids.js';

describe('media events', () => {
  const database = useDatabase();
  const open: MediaEvents[] = [];
  const openEvents = () => {
    const { pool, url } = database();
    const events = openMediaEvents({ pool, connectionString: url, log: { warn: () => {} } });
    open.push(events);
    return events;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((events) => events.close()));
  });

  it('reach a listener in another process', async () => {
    const [worker, api] = [openEvents(), openEvents()];
    const mediaId = newId();
    const heard = listen(api, mediaId);
    await heard.reach(1);
    worker.publish(mediaId);
    await heard.reach(2);
    expect(heard.count).to.equal(2);
  });

  it('are one notice however often a clip changed within 50 ms', async () => {
    const events = openEvents();
    const mediaId = newId();
    const heard = listen(events, mediaId);
    await heard.reach(1);
    for (let change = 0; change < 100; change += 1) events.publish(mediaId);
    await heard.reach(2);
    await sleep(150);
    expect(heard.count).to.equal(2);
  });

  it('carry more clips than one notice has room for', async () => {
    const events = openEvents();
    const ids = Array.from({ length: 450 }, () => newId());
    const last = listen(events, ids.at(-1) ?? '');
    const first = listen(events, ids[0] ?? '');
    await last.reach(1);
    for (const id of ids) events.publish(id);
    await last.reach(2);
    await first.reach(2);
  });

  it('wake every listener after a lost connection, for what it may have missed', async () => {
    const events = openEvents();
    const heard = listen(events, newId());
    await heard.reach(1);
    await database().pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'video-window events' and datname = current_database()`,
    );
    await heard.reach(2);
  });

  it('stop at the end of a subscription', async () => {
    const events = openEvents();
    const mediaId = newId();
    const heard = listen(events, mediaId);
    await heard.reach(1);
    heard.stop();
    events.publish(mediaId);
    await sleep(150);
    expect(heard.count).to.equal(1);
  });
});

/** Counts wake-ups; the first comes with the connection. */
function listen(events: MediaEvents, mediaId: string) {
  let count = 0;
  const stop = events.subscribe(mediaId, () => {
    count += 1;
  });
  return {
    stop,
    get count() {
      return count;
    },
    async reach(wanted: number) {
      await until(() => count >= wanted);
    },
  };
}
