import { expect } from 'chai';

import { useApp } from '../../fixtures/test-app.js';
import { bytesOf, draftOf, pathOf, tusOf } from '../../fixtures/tus.js';
import { until } from '../../fixtures/until.js';
import { admitUpload, clipPayload } from '../../pipeline/jobs/media-jobs.js';
import { newId } from '../../pipeline/platform/ids.js';
import { objectKey } from '../../pipeline/storage/object-key.js';

describe('the metrics of the API', () => {
  const app = useApp();
  const value = async (series: string) => {
    const { text } = await app().request.get('/metrics').expect(200);
    const line = text.split('\n').find((found: string) => found.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1));
  };

  it('count the bytes that makers send', async () => {
    const alice = await app().signUp();
    const tus = tusOf(app(), alice);
    const created = await tus.create(await draftOf(app(), alice), 300_000);
    const path = pathOf(created.headers.location);
    await tus.patch(path, 0, bytesOf(200_000)).expect(204);
    await until(async () => (await value('upload_received_bytes_total')) === 200_000);
  });

  it('count the bytes that the edge sends', async () => {
    const before = await value('edge_sent_bytes_total');
    const key = objectKey('public/avatars/alice.jpg');
    await app().context.storage.put(key, bytesOf(50_000), { contentType: 'image/jpeg' });
    await app().request.get(`/${key}`).expect(200);
    const sent = async () => (await value('edge_sent_bytes_total')) - before;
    await until(async () => (await sent()) > 0);
    expect(await sent()).to.be.within(50_000, 52_000);
  });

  it('show what waits in a queue and how old the oldest is, whether it has a priority or not', async () => {
    const { queues } = app().context;
    const add = (id: string, priority?: number) =>
      queues.add(admitUpload, clipPayload(id, 1), {
        jobId: `${id}_1`,
        ...(priority !== undefined && { priority }),
      });
    await add(newId());
    await new Promise((done) => setTimeout(done, 1_100));
    for (let at = 1; at <= 12; at += 1) await add(newId(), at);
    const of = (name: string, state: string) =>
      value(`${name}{queue="admit-upload",state="${state}"}`);
    await until(async () => (await of('queue_jobs', 'prioritized')) === 12);
    expect(await of('queue_jobs', 'waiting')).to.equal(1);
    expect(await of('queue_oldest_seconds', 'waiting')).to.be.within(1, 10);
    expect(await of('queue_oldest_seconds', 'prioritized')).to.be.within(0, 8);
    expect(await of('queue_oldest_seconds', 'active')).to.equal(0);
  });
});
