import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { buildMediaFile, buildStory } from '../../fixtures/build.js';
import { openTestApp, type TestApp, type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

const FAULT = { code: 'PROCESSING_FAILED', message: 'Ours.' };
const failedWith = (error: { code: string; message: string }) => ({
  processing_status: 'failed',
  metadata: { stage: 'encoding', percent: 40, error },
});

interface Told {
  readonly name: string;
  readonly id: string;
  readonly data: Record<string, unknown> & { clips: Record<string, unknown>[] };
}

/** Follows a stream; `next` gives each event as it comes. */
async function follow(app: TestApp, path: string, headers: Record<string, string>) {
  const stop = new AbortController();
  const answer = await fetch(`${app.origin}/api/v1${path}`, { headers, signal: stop.signal });
  const told: Told[] = [];
  let ended = false;
  const reading = (async () => {
    let text = '';
    for await (const bytes of answer.body ?? []) {
      text += Buffer.from(bytes).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        if (field('data')) {
          told.push({ name: field('event'), id: field('id'), data: JSON.parse(field('data')) });
        }
      }
    }
    ended = true;
  })().catch(() => {});
  return {
    status: answer.status,
    told,
    hasEnded: () => ended,
    async next(withinMs = 3_000): Promise<Told> {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const event = told.shift();
        if (event) return event;
        if (Date.now() > deadline) throw new Error('Nothing was told');
        await sleep(10);
      }
    },
    async stop() {
      stop.abort();
      await reading;
    },
  };
}

describe('the clips of a story', () => {
  const app = useApp();
  let alice: TestUser;
  let story: string;
  let ids: string[];

  beforeEach(async () => {
    const { db } = app().context;
    alice = await app().signUp();
    const { story_id } = await buildStory(db, { maker_id: alice.userId });
    story = toPublicId('story', story_id);
    ids = [];
    for (let clip = 0; clip < 3; clip += 1) {
      ids.push(toPublicId('media', (await buildMediaFile(db, { story_id })).media_id));
    }
  });

  const list = async (user: TestUser | null = alice) =>
    app()
      .request.get(`/api/v1/stories/${story}/clips`)
      .set({ ...user?.auth });
  const order = async () =>
    (await list()).body.data.clips.map((clip: { media_id: string }) => clip.media_id);
  const arrange = (clips: object[], user = alice) =>
    app().request.put(`/api/v1/stories/${story}/clips`).set(user.auth).send({ clips });
  const remove = (mediaId: string, user = alice) =>
    app().request.delete(`/api/v1/stories/${story}/clips/${mediaId}`).set(user.auth);
  const refusal = async (
    answer: PromiseLike<{ status: number; body: { error?: { code: string } } }>,
  ) => {
    const { status, body } = await answer;
    return [status, body.error?.code];
  };

  it('are listed in their order, to their maker whole, to viewers without what is private', async () => {
    expect(await order()).to.deep.equal(ids);
    expect((await list()).body.data.clips[0]).to.include({ filename: 'bowl.mp4', position: 0 });
    expect((await list(null)).status).to.equal(404);
    await app().context.db('stories').update({ status: 'published' });
    await app().context.db('media_files').update({ processing_status: 'completed' });
    const seen = (await list(null)).body.data.clips[0];
    expect(seen).to.include({ filename: null, size: null, can_retry: false });
  });

  it('are put in another order and given labels', async () => {
    const [first = '', second = '', third = ''] = ids;
    const arranged = await arrange([
      { media_id: third, context: 'In Use' },
      { media_id: first },
      { media_id: second },
    ]);
    expect(arranged.status).to.equal(200);
    expect(await order()).to.deep.equal([third, first, second]);
    await arrange([{ media_id: first }, { media_id: third }, { media_id: second, context: null }]);
    expect((await list()).body.data.clips[1]).to.include({ media_id: third, context: 'In Use' });
  });

  it('are arranged whole or not at all', async () => {
    const [first = '', second = '', third = ''] = ids.map((media_id) => media_id);
    const foreign = toPublicId('media', (await buildMediaFile(app().context.db)).media_id);
    for (const wrong of [
      [first, second],
      [first, second, second],
      [first, second, foreign],
      [first, second, third, foreign],
      [],
    ]) {
      const answer = arrange(wrong.map((media_id) => ({ media_id })));
      expect(await refusal(answer)).to.deep.equal([409, 'CLIPS_CHANGED']);
    }
    const long = arrange([{ media_id: first, context: 'x'.repeat(31) }]);
    expect(await refusal(long)).to.deep.equal([422, 'VALIDATION_ERROR']);
    expect(await refusal(arrange([{ media_id: 'x' }]))).to.deep.equal([422, 'VALIDATION_ERROR']);
    expect(await order()).to.deep.equal(ids);
  });

  it('are taken out, and what they have in storage is swept', async () => {
    const [first = '', second = '', third = ''] = ids;
    expect((await remove(second)).status).to.equal(204);
    expect(await order()).to.deep.equal([first, third]);
    expect(await refusal(remove(second))).to.deep.equal([404, 'MEDIA_NOT_FOUND']);
    expect(await app().context.db('object_removals')).to.have.length(2);
  });

  it('change for their maker only, and only while the story is a draft', async () => {
    const [first = ''] = ids;
    const bob = await app().signUp();
    const same = ids.map((media_id) => ({ media_id }));
    expect(await refusal(remove(first, bob))).to.deep.equal([404, 'STORY_NOT_FOUND']);
    expect(await refusal(arrange(same, bob))).to.deep.equal([404, 'STORY_NOT_FOUND']);
    await app().context.db('stories').update({ status: 'submitted' });
    expect(await refusal(remove(first))).to.deep.equal([409, 'STORY_NOT_DRAFT']);
    expect(await refusal(arrange(same))).to.deep.equal([409, 'STORY_NOT_DRAFT']);
  });

  it('are not taken out of a story that they are not in', async () => {
    const { story_id } = await buildStory(app().context.db, { maker_id: alice.userId });
    const path = `/api/v1/stories/${toPublicId('story', story_id)}/clips/${ids[0]}`;
    expect(await refusal(app().request.delete(path).set(alice.auth))).to.deep.equal([
      404,
      'MEDIA_NOT_FOUND',
    ]);
    expect(await order()).to.deep.equal(ids);
  });

  it('are listed across stories, newest first', async () => {
    const page = await app().request.get('/api/v1/users/me/clips?limit=2').set(alice.auth);
    expect(page.body.data.clips.map((clip: { media_id: string }) => clip.media_id)).to.deep.equal(
      ids.toReversed().slice(0, 2),
    );
    expect(page.body.data.clips[0]).to.include({ position: 2, story_id: story });
    expect(page.body.data.pagination).to.include({ total: 3, has_more: true });
  });

  it('are followed live, changes of any of them and of their order', async () => {
    const stream = await follow(app(), `/stories/${story}/clips/events`, alice.auth);
    const first = await stream.next();
    expect(first.name).to.equal('clips');
    expect(first.data.clips.map(({ media_id }) => media_id)).to.deep.equal(ids);
    await arrange(ids.toReversed().map((media_id) => ({ media_id })));
    expect((await stream.next()).data.clips[0]).to.include({ media_id: ids[2] });
    await remove(ids[0] ?? '');
    expect((await stream.next()).data.clips).to.have.length(2);
    await app().request.post(`/api/v1/media/${ids[1]}/cancel`).set(alice.auth);
    const last = await stream.next();
    expect(last.data.clips[1]).to.include({ status: 'failed' });
    await stream.stop();
    const again = await follow(app(), `/stories/${story}/clips/events`, {
      ...alice.auth,
      'Last-Event-ID': last.id,
    });
    await sleep(300);
    expect(again.told).to.deep.equal([]);
    await again.stop();
  });
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
      const events = await follow(app(), `${path.replace('/api/v1', '')}/events`, user.auth);
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
    const stream = await follow(other, `${path.replace('/api/v1', '')}/events`, alice.auth);
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
    const stream = await follow(app(), events, { ...alice.auth, 'Last-Event-ID': '1' });
    await sleep(300);
    expect(stream.told).to.deep.equal([]);
    await app()
      .context.db('media_files')
      .where({ media_id: id })
      .update({ deleted_at: new Date() });
    app().context.mediaEvents.publish(id);
    await sleep(500);
    expect(stream.hasEnded()).to.equal(true);
    await stream.stop();
  });

  it('is told within seconds even where no notice comes', async () => {
    const { id, path } = await build();
    const stream = await follow(app(), `${path.replace('/api/v1', '')}/events`, alice.auth);
    await stream.next();
    await app().context.db('media_files').where({ media_id: id }).update({ version: 2 });
    expect((await stream.next(7_000)).id).to.equal('2');
    await stream.stop();
  });
});
