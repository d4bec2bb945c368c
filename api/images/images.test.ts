import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import sharp from 'sharp';
import { buildStory } from '../../fixtures/build.js';
import { openClipWorld } from '../../fixtures/clip-world.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { openTestApp, type TestApp, type TestUser } from '../../fixtures/test-app.js';
import { until } from '../../fixtures/until.js';
import { imageJobId, processImage } from '../../pipeline/jobs/image-jobs.js';
import { fromPublicId, toPublicId } from '../../pipeline/platform/ids.js';
import type { WorkerContext } from '../../workers/context.js';
import { runImage } from '../../workers/run-image.js';
import { removeObjects } from '../media/remove-objects.js';
import { rebuildImageJobs } from './rebuild-image-jobs.js';

const png = (width = 64, height = 48, background = '#c04020') =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

describe('pictures', function () {
  this.timeout(60_000);
  let world: Awaited<ReturnType<typeof openClipWorld>>;
  let app: TestApp & { close(): Promise<void> };
  let alice: TestUser;
  let bob: TestUser;
  let story: string;
  before(async () => {
    world = await openClipWorld({ QUEUE_PREFIX: `i${process.pid}` });
    app = await openTestApp({ env: { ...world.env, IMAGE_MAX_BYTES: '100000' } });
  });
  after(async () => {
    await app?.close();
    await world?.close();
  });
  beforeEach(async () => {
    alice = await app.signUp();
    bob = await app.signUp();
    const { story_id } = await buildStory(app.context.db, {
      maker_id: alice.userId,
      sections: [{ type: 'process', content: 'Turned by hand' }],
    });
    story = toPublicId('story', story_id);
  });

  const send = (path: string, body: Buffer, user: TestUser | null = alice, type = 'image/png') =>
    app.request
      .post(`/api/v1${path}`)
      .set({ ...user?.auth, 'Content-Type': type })
      .send(body);
  const read = (id: string, user: TestUser | null = alice) =>
    app.request.get(`/api/v1/images/${id}`).set({ ...user?.auth });
  const readStory = (user: TestUser | null = alice) =>
    app.request.get(`/api/v1/stories/${story}`).set({ ...user?.auth });
  const work = (id: string, attempt = 1, context: WorkerContext = world.context, lastTry = false) =>
    runImage(context, {
      ...{ imageId: uuidOf(id), attempt, starts: 1, lastTry, timeoutMs: 30_000 },
      lockLost: new AbortController().signal,
    });
  const uuidOf = (id: string) => fromPublicId('image', id) ?? '';
  const put = async (path: string, body?: Buffer) => {
    const answer = await send(path, body ?? (await png()));
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    return answer.body.data.image_id as string;
  };
  const objects = async (prefix: string) => {
    const keys: string[] = [];
    for await (const { key } of app.context.storage.list(prefix)) keys.push(key);
    return keys;
  };
  const fetchAt = (url: string) => fetch(url, { headers: { Accept: 'image/*' } });

  it('are answered as pending, with a job of their own', async () => {
    const answer = await send('/users/me/avatar', await png());
    expect(answer.status).to.equal(202);
    expect(answer.body.data).to.deep.include({
      ...{ purpose: 'avatar', status: 'pending', sizes: [], error: null, expires_at: null },
    });
    const jobId = imageJobId(uuidOf(answer.body.data.image_id), 1);
    expect(await app.context.queues.isKnown(processImage, jobId)).to.equal(true);
  });

  it('become the avatar: public, cached for a year, in the profile and with the story', async () => {
    const id = await put('/users/me/avatar', await png(200, 100));
    expect(await work(id)).to.equal(true);
    const { data } = (await read(id)).body;
    expect(data.status).to.equal('completed');
    expect(data.placeholder).to.match(/^[A-Za-z0-9+/=]+$/);
    expect(data.sizes.map(({ width, height }: Record<string, number>) => [width, height])).to.eql([
      [96, 96],
      [100, 100],
    ]);
    for (const [format, type] of Object.entries({ avif: 'avif', webp: 'webp', jpeg: 'jpeg' })) {
      const served = await fetchAt(data.sizes[0][`${format}_url`]);
      expect(served.status).to.equal(200);
      expect(served.headers.get('content-type')).to.equal(`image/${type}`);
      expect(served.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
    }
    const me = await app.request.get('/api/v1/users/me').set(alice.auth);
    expect(me.body.data.profile.avatar_url).to.equal(data.sizes[1].jpeg_url);
    expect((await readStory()).body.data.maker.avatar_url).to.equal(data.sizes[1].jpeg_url);
  });

  it('of a story open by signed addresses only, and stand in its view', async () => {
    const cover = await put(`/stories/${story}/cover`);
    const section = await put(`/stories/${story}/sections/process/picture`);
    expect((await readStory()).body.data.cover).to.equal(null);
    await work(cover);
    await work(section);
    const { data } = (await readStory()).body;
    expect(data.cover.image_id).to.equal(cover);
    expect(data.sections[0].picture.image_id).to.equal(section);
    const url = new URL(data.cover.sizes[0].webp_url);
    const served = await fetchAt(url.href);
    expect(served.status).to.equal(200);
    expect(served.headers.get('cache-control')).to.match(/^private, max-age=\d+, immutable$/);
    expect((await sharp(Buffer.from(await served.arrayBuffer())).metadata()).width).to.equal(64);
    const code = async (address: string) => (await (await fetchAt(address)).json()).error.code;
    expect(await code(`${url.origin}${url.pathname}`)).to.equal('SIGNATURE_MISSING');
    const other = new URL(data.sections[0].picture.sizes[0].webp_url);
    expect(await code(`${url.origin}${other.pathname}${url.search}`)).to.equal('SIGNATURE_INVALID');
    expect(Date.parse(data.cover.expires_at) - Date.now()).to.be.within(3_599_000, 4_501_000);
    await app.context.db('users').where({ user_id: alice.userId }).update({ status: 'suspended' });
    expect(await code(url.href)).to.equal('MEDIA_WITHDRAWN');
  });

  it('leave nothing in quarantine, and give way to newer ones', async () => {
    const first = await put(`/stories/${story}/cover`);
    await work(first);
    const second = await put(`/stories/${story}/cover`);
    expect((await readStory()).body.data.cover.image_id).to.equal(first);
    const third = await put(`/stories/${story}/cover`);
    expect((await read(second)).status).to.equal(404);
    expect(await work(second)).to.equal(false);
    await work(third);
    expect((await readStory()).body.data.cover.image_id).to.equal(third);
    expect((await read(first)).status).to.equal(404);
    await app.context.db('object_removals').update({ not_before: app.context.db.fn.now() });
    await removeObjects(app.context);
    for (const id of [first, second, third]) {
      expect(await app.context.storage.head(`quarantine/${uuidOf(id)}` as never)).to.equal(null);
    }
    expect(await objects(`images/${uuidOf(first)}/`)).to.deep.equal([]);
    expect(await objects(`images/${uuidOf(third)}/`)).to.have.length(3);
  });

  it('end once, however often their job runs', async () => {
    const id = await put('/users/me/avatar');
    expect(await work(id)).to.equal(true);
    const { data } = (await read(id)).body;
    expect(await work(id)).to.equal(false);
    expect((await read(id)).body.data).to.deep.equal(data);
    expect(await objects(`public/avatars/${uuidOf(id)}/`)).to.have.length(3);
  });

  it('are named by the newer of two runs, and the older one’s objects go', async () => {
    const id = await put('/users/me/avatar');
    const both = await Promise.all([work(id), work(id)]);
    expect(both.filter(Boolean)).to.have.length(1);
    await removeObjects(app.context);
    expect(await objects(`public/avatars/${uuidOf(id)}/`)).to.have.length(3);
  });

  it('that are none fail with a code and words, and are not tried again', async () => {
    const id = await put(
      '/users/me/avatar',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    );
    const error = await work(id).catch((err: unknown) => err);
    expect(error).to.include({ name: 'MediaError', code: 'UNSUPPORTED_FORMAT' });
    const { data } = (await read(id)).body;
    expect(data.status).to.equal('failed');
    expect(data.error.code).to.equal('UNSUPPORTED_FORMAT');
    expect(data.error.message).to.contain('JPEG');
    await removeObjects(app.context);
    expect(await app.context.storage.head(`quarantine/${uuidOf(id)}` as never)).to.equal(null);
  });

  it('are tried again after a fault of ours, and fail with the last try', async () => {
    const id = await put('/users/me/avatar');
    await app.context.storage.remove(`quarantine/${uuidOf(id)}` as never);
    await work(id).catch(() => {});
    expect((await read(id)).body.data.status).to.equal('processing');
    await work(id, 1, world.context, true).catch(() => {});
    expect((await read(id)).body.data.error.code).to.equal('PROCESSING_FAILED');
  });

  it('wait while the scanner is down', async () => {
    const id = await put('/users/me/avatar');
    const scanner = { host: '127.0.0.1', port: 1 };
    const context = { ...world.context, config: { ...world.context.config, scanner } };
    const error = await work(id, 1, context, true).catch((err: unknown) => err);
    expect(error).to.include({ name: 'HandBackError' });
    expect((await read(id)).body.data.status).to.equal('processing');
    expect(await work(id)).to.equal(true);
  });

  it('whose job was lost get another', async () => {
    const id = await put('/users/me/avatar');
    await app.context.queues.queue(processImage.queue).obliterate({ force: true });
    await sleep(20);
    expect(await rebuildImageJobs(app.context, { idleSeconds: 0 })).to.be.at.least(1);
    expect(await rebuildImageJobs(app.context, { idleSeconds: 0 })).to.equal(0);
    const jobId = imageJobId(uuidOf(id), 2);
    expect(await app.context.queues.isKnown(processImage, jobId)).to.equal(true);
    expect(await work(id, 1)).to.equal(false);
    expect(await work(id, 2)).to.equal(true);
  });

  it('are made by a worker that takes the job from the queue', async () => {
    const id = await put('/users/me/avatar');
    const worker = await world.startWorker();
    await until(async () => (await read(id)).body.data.status === 'completed');
    await worker.stop();
  });

  it('go when they are deleted, from the profile too', async () => {
    const id = await put('/users/me/avatar');
    await work(id);
    const remove = (user: TestUser) => app.request.delete(`/api/v1/images/${id}`).set(user.auth);
    expect(await refusalOf(remove(bob))).to.deep.equal([404, 'IMAGE_NOT_FOUND']);
    expect((await remove(alice)).status).to.equal(204);
    expect(await refusalOf(remove(alice))).to.deep.equal([404, 'IMAGE_NOT_FOUND']);
    const me = await app.request.get('/api/v1/users/me').set(alice.auth);
    expect(me.body.data.profile.avatar_url).to.equal(null);
    await removeObjects(app.context);
    expect(await objects(`public/avatars/${uuidOf(id)}/`)).to.deep.equal([]);
  });

  it('go with the draft that they belong to', async () => {
    const id = await put(`/stories/${story}/cover`);
    await work(id);
    expect((await app.request.delete(`/api/v1/stories/${story}`).set(alice.auth)).status).to.equal(
      204,
    );
    expect((await read(id)).status).to.equal(404);
  });

  describe('are refused', () => {
    it('to whom they do not belong', async () => {
      const body = await png();
      const viewer = await app.signUp({ userType: 'viewer' });
      const cover = `/stories/${story}/cover`;
      const section = `/stories/${story}/sections/process/picture`;
      for (const path of ['/users/me/avatar', cover, section]) {
        expect(await refusalOf(send(path, body, null))).to.deep.equal([401, 'UNAUTHENTICATED']);
      }
      for (const path of [cover, section]) {
        for (const other of [viewer, bob]) {
          expect(await refusalOf(send(path, body, other))).to.deep.equal([404, 'STORY_NOT_FOUND']);
        }
      }
      expect((await send('/users/me/avatar', body, viewer)).status).to.equal(202);
      const id = await put('/users/me/avatar');
      expect(await refusalOf(read(id, bob))).to.deep.equal([404, 'IMAGE_NOT_FOUND']);
      expect(await refusalOf(read(id, null))).to.deep.equal([401, 'UNAUTHENTICATED']);
    });

    it('where there is no place for them', async () => {
      const body = await png();
      const notes = `/stories/${story}/sections/notes/picture`;
      expect(await refusalOf(send(notes, body))).to.deep.equal([404, 'SECTION_NOT_FOUND']);
      await app.context.db('stories').update({ status: 'published' });
      const cover = `/stories/${story}/cover`;
      expect(await refusalOf(send(cover, body))).to.deep.equal([409, 'STORY_NOT_DRAFT']);
    });

    it('as another type, empty, or too large', async () => {
      const path = '/users/me/avatar';
      const large = Buffer.alloc(100_001);
      const before = await objects('quarantine/');
      expect(await refusalOf(send(path, await png(), alice, 'application/json'))).to.deep.equal([
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ]);
      expect(await refusalOf(send(path, Buffer.alloc(0)))).to.deep.equal([
        400,
        'MALFORMED_REQUEST',
      ]);
      expect(await refusalOf(send(path, large))).to.deep.equal([413, 'TOO_LARGE']);
      const chunked = await fetch(`${app.origin}/api/v1${path}`, {
        method: 'POST',
        headers: { ...alice.auth, 'Content-Type': 'image/png' },
        body: new Blob([large]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect([chunked.status, (await chunked.json()).error.code]).to.eql([413, 'TOO_LARGE']);
      await removeObjects(app.context);
      expect(before).to.include.members(await objects('quarantine/'));
    });
  });
});
