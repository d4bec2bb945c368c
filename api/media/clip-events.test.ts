import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { buildMediaFile, buildStory } from '../../fixtures/build.js';
import { followEvents } from '../../fixtures/event-reader.js';
import { openTestApp, type TestUser, useApp } from '../../fixtures/test-app.js';
import { until } from '../../fixtures/until.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

const FAULT = { code: 'PROCESSING_FAILED', message: 'Ours.' };
const failedWith = (error: { code: string; message: string }) => ({
  processing_status: 'failed',
  metadata: { stage: 'encoding', percent: 40, error },
});

describe('one clip', () => {
  const app = useApp();
  let alice: TestUser;
  beforeEach(async () => {
    alice = await app().signUp();
  });
  async function build(overrides: Record<string, unknown> = {}) {
    const { db } = app().context;
    const { story_id } = await buildStory(db, { maker_id: alice.userId });
    const { media_id } = await buildMediaFile(db, { story_id, ...overrides });
    return { id: media_id, path: `/api/v1/media/${toPublicId('media', media_id)}` };
  }
  const post = (path: string, user: TestUser = alice) => app().request.post(path).set(user.auth);

  it('is told to its maker and to admins alone', async () => {
    const { path } = await build();
    const [bob, root] = [await app().signUp(), await app().signUp({ userType: 'admin' })];
    for (const [user, status] of [
      [alice, 200],
      [root, 200],
      [bob, 404],
    ] as const) {
      expect((await app().request.get(path).set(user.auth)).status).to.equal(status);
      const events = await followEvents(app(), `${path.replace('/api/v1', '')}/events`, user.auth);
      expect(events.status).to.equal(status);
      await events.stop();
    }
    for (const verb of ['retry', 'cancel']) {
      expect((await post(`${path}/${verb}`, bob)).body.error.code).to.equal('MEDIA_NOT_FOUND');
    }
    expect((await app().request.get(path)).status).to.equal(401);
  });

  it('is tried again where the fault was ours', async () => {
    const { id, path } = await build(failedWith(FAULT));
    await app().context.storage.put(`quarantine/${id}` as never, Buffer.from('x'), {
      contentType: 'video/mp4',
    });
    expect((await app().request.get(path).set(alice.auth)).body.data).to.include({
      can_retry: true,
    });
    const retried = await post(`${path}/retry`);
    expect(retried.status, JSON.stringify(retried.body)).to.equal(202);
    expect(retried.body.data).to.include({ status: 'pending', stage: 'queued', error: null });
    expect((await post(`${path}/retry`)).body.error.code).to.equal('NOT_RETRYABLE');
  });

  it('is not tried again where the file is at fault, or gone', async () => {
    const bad = await build(failedWith({ code: 'UNSUPPORTED_FORMAT', message: 'No film.' }));
    const gone = await build(failedWith(FAULT));
    for (const { path } of [bad, gone, await build()]) {
      const refused = await post(`${path}/retry`);
      expect([refused.status, refused.body.error.code]).to.deep.equal([409, 'NOT_RETRYABLE']);
    }
  });

  it('is stopped while it is under way, and not after', async () => {
    const { path } = await build();
    const stopped = await post(`${path}/cancel`);
    expect(stopped.status).to.equal(202);
    expect(stopped.body.data).to.include({ status: 'failed', can_retry: false });
    expect(stopped.body.data.error.code).to.equal('CANCELLED');
    expect((await post(`${path}/cancel`)).body.error.code).to.equal('NOT_CANCELLABLE');
  });

  it('is followed live across processes, and goes on after its last state', async () => {
    const { id, path } = await build();
    const { config } = app().context;
    const env = { DATABASE_URL: config.database.url ?? '', DATA_DIR: config.dataDir };
    const other = await openTestApp({ env });
    const stream = await followEvents(other, `${path.replace('/api/v1', '')}/events`, alice.auth);
    try {
      const first = await stream.next();
      expect([first.name, first.id]).to.deep.equal(['clip', '1']);
      expect(first.data).to.include({ status: 'pending', version: 1 });
      await post(`${path}/cancel`);
      expect((await stream.next()).data).to.include({ status: 'failed', version: 2 });
      await app().context.db('media_files').where({ media_id: id }).update({
        processing_status: 'processing',
        version: 3,
      });
      app().context.mediaEvents.publish(id);
      expect((await stream.next()).data).to.include({ status: 'processing', version: 3 });
      expect(stream.told).to.deep.equal([]);
    } finally {
      await stream.stop();
      await other.close();
    }
  });

  it('is not told again to who has heard of it, and ends with the clip', async () => {
    const { id, path } = await build();
    const events = `${path.replace('/api/v1', '')}/events`;
    const stream = await followEvents(app(), events, { ...alice.auth, 'Last-Event-ID': '1' });
    await sleep(300);
    expect(stream.told).to.deep.equal([]);
    await app()
      .context.db('media_files')
      .where({ media_id: id })
      .update({ deleted_at: new Date() });
    app().context.mediaEvents.publish(id);
    await until(() => stream.hasEnded());
    await stream.stop();
  });

  it('is told within seconds even where no notice comes', async () => {
    const { id, path } = await build();
    const stream = await followEvents(app(), `${path.replace('/api/v1', '')}/events`, alice.auth);
    await stream.next();
    await app().context.db('media_files').where({ media_id: id }).update({ version: 2 });
    expect((await stream.next()).id).to.equal('2');
    await stream.stop();
  });
});
