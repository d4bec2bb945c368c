import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { bytesOf, patchWithoutEnd, pathOf, tusOf } from '../../fixtures/tus.js';
import { uploadKey } from '../../pipeline/media-keys.js';
import { fromPublicId, toPublicId } from '../../pipeline/platform/ids.js';

describe('uploading over tus', () => {
  const app = useApp({ env: { MEDIA_MAX_BYTES: '2000000' } });
  let alice: TestUser;
  let storyId: string;

  beforeEach(async () => {
    alice = await app().signUp();
    const { story_id } = await buildStory(app().context.db, { maker_id: alice.userId });
    storyId = toPublicId('story', story_id);
  });

  const tus = (user: TestUser | null = alice) => tusOf(app(), user);
  const rows = (table: string) => app().context.db(table);
  const carousel = async () => (await rows('stories').first()).carousel_config;
  const keyOf = (path: string) => uploadKey(path.slice(path.lastIndexOf('/') + 1));
  async function begin(length: number, metadata: Record<string, string> = {}) {
    const made = await tus().create(storyId, length, {}, metadata);
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    return { path: pathOf(made.headers.location), mediaId: String(made.headers['media-id']) };
  }

  describe('sending', () => {
    const whole = bytesOf(10_000);
    const isQueued = async (mediaId: string) => {
      const row = await rows('media_files')
        .where({ media_id: fromPublicId('media', mediaId) })
        .first();
      expect(row).to.include({ attempt: 1, processing_status: 'pending' });
      expect(row.metadata).to.include({ stage: 'queued' });
      const jobs = await app().context.queues.queue('admit-upload').getJobs();
      expect(jobs.filter((job) => job.id === `${row.media_id}_1`)).to.have.length(1);
    };

    it('goes on where it stood, and queues the clip at the last byte', async () => {
      const { path, mediaId } = await begin(whole.length);
      const first = await tus().patch(path, 0, whole.subarray(0, 4_000));
      expect([first.status, first.headers['upload-offset']]).to.deep.equal([204, '4000']);
      const asked = await tus().head(path);
      expect(asked.headers).to.include({
        'upload-offset': '4000',
        'upload-length': '10000',
        'media-id': mediaId,
      });
      expect(asked.headers['upload-metadata']).to.include('filename');
      expect((await tus().patch(path, 4_000, whole.subarray(4_000))).status).to.equal(204);
      await isQueued(mediaId);
      const { body } = await app().context.storage.get(keyOf(path));
      expect(Buffer.concat(await body.toArray()).equals(whole)).to.equal(true);
      expect(await rows('uploads').whereNotNull('finished_at')).to.have.length(1);
    });

    it('is told to wait, not to begin again, while the database cannot say where it stands', async () => {
      const { path } = await begin(whole.length);
      await tus().patch(path, 0, whole.subarray(0, 4_000));
      const { db } = app().context;
      await db.schema.renameTable('uploads', 'uploads_away');
      const meanwhile = await tus().head(path);
      await db.schema.renameTable('uploads_away', 'uploads');
      expect(meanwhile.status).to.equal(423);
      expect(meanwhile.headers).to.include({ 'retry-after': '1' });
      expect((await tus().head(path)).headers).to.include({ 'upload-offset': '4000' });
    });

    it('takes bytes with the beginning, and an empty file', async () => {
      const made = await tus()
        .create(storyId, whole.length, { 'Content-Type': 'application/offset+octet-stream' })
        .send(whole);
      expect(made.headers['upload-offset']).to.equal('10000');
      await isQueued(String(made.headers['media-id']));
      await isQueued((await begin(0)).mediaId);
    });

    it('changes nothing for what does not fit', async () => {
      const { path } = await begin(whole.length);
      await tus().patch(path, 0, whole.subarray(0, 4_000));
      const answers = [
        await tus().patch(path, 0, whole),
        await tus().patch(path, 5_000, whole.subarray(5_000)),
        await tus().patch(path, 4_000, whole),
        await tus().patch(path, 4_000, whole.subarray(4_000), { 'Content-Type': 'text/plain' }),
        await tus().patch(path, 4_000, whole.subarray(4_000), { 'Upload-Offset': 'x' }),
        await tus().patch(path, 4_000, whole.subarray(4_000), { 'Upload-Length': '20000' }),
      ];
      expect(answers.map(({ status, body }) => [status, body.error.code])).to.deep.equal([
        [409, 'OFFSET_MISMATCH'],
        [409, 'OFFSET_MISMATCH'],
        [413, 'TOO_LARGE'],
        [415, 'UNSUPPORTED_MEDIA_TYPE'],
        [400, 'MALFORMED_UPLOAD'],
        [400, 'UPLOAD_EXTENSION_UNSUPPORTED'],
      ]);
      expect((await tus().head(path)).headers['upload-offset']).to.equal('4000');
    });

    it('may be asked about and repeated after the end, which changes nothing', async () => {
      const { path, mediaId } = await begin(whole.length);
      await tus().patch(path, 0, whole);
      await app().context.storage.remove(keyOf(path)); // As admission does.
      const asked = await tus().head(path);
      expect(asked.status).to.equal(200);
      expect(asked.headers).to.include({ 'upload-offset': '10000', 'upload-length': '10000' });
      const answers = [
        await tus().patch(path, 10_000, Buffer.alloc(0)),
        await tus().patch(path, 0, whole),
        await tus().patch(path, 10_000, whole),
        await tus().remove(path),
      ];
      expect(answers.map(({ status, body }) => [status, body.error?.code])).to.deep.equal([
        [204, undefined],
        [409, 'OFFSET_MISMATCH'],
        [413, 'TOO_LARGE'],
        [409, 'UPLOAD_FINISHED'],
      ]);
      await isQueued(mediaId);
    });

    it('is the owner’s alone, on every verb', async () => {
      const { path } = await begin(whole.length);
      const bob = await app().signUp();
      for (const [user, status] of [
        [bob, 404],
        [null, 401],
      ] as const) {
        expect((await tus(user).head(path)).status).to.equal(status);
        expect((await tus(user).patch(path, 0, whole)).status).to.equal(status);
        expect((await tus(user).remove(path)).status).to.equal(status);
      }
      expect((await tus().head(path)).headers['upload-offset']).to.equal('0');
    });

    it('knows no upload of another name', async () => {
      for (const id of [
        'x',
        '00000000-0000-7000-8000-000000000000',
        '..%2f..%2foriginals',
        '%00',
        'a/b',
      ]) {
        expect((await tus().head(`/api/v1/uploads/${id}`)).status, id).to.equal(404);
        expect((await tus().patch(`/api/v1/uploads/${id}`, 0, whole)).status, id).to.equal(404);
      }
    });

    it('lets the newer of two requests have it, and keeps what the older one brought', async () => {
      const { path } = await begin(whole.length);
      const dead = patchWithoutEnd(app(), alice, path, whole.subarray(0, 3_000)).catch(() => null);
      await sleep(400);
      const asked = await tus().head(path);
      expect(asked.headers['upload-offset']).to.equal('3000');
      expect((await tus().patch(path, 3_000, whole.subarray(3_000))).status).to.equal(204);
      await dead;
    });
  });

  describe('giving up', () => {
    it('leaves nothing behind', async () => {
      const { path, mediaId } = await begin(10_000);
      await tus().patch(path, 0, bytesOf(4_000));
      expect((await tus().remove(path)).status).to.equal(204);
      expect(await carousel()).to.deep.equal([]);
      expect(await rows('uploads')).to.have.length(0);
      expect(await app().context.storage.head(keyOf(path))).to.equal(null);
      expect((await app().request.get(`/api/v1/media/${mediaId}`).set(alice.auth)).status).to.equal(
        404,
      );
      expect((await tus().head(path)).status).to.equal(404);
    });

    it('comes by itself when its time is over', async () => {
      const { path } = await begin(10_000);
      await rows('uploads').update({ expires_at: new Date(Date.now() - 1_000) });
      const answers = [await tus().head(path), await tus().patch(path, 0, bytesOf(10))];
      expect(answers.map(({ status }) => status)).to.deep.equal([410, 410]);
      expect(answers[1]?.body.error.code).to.equal('UPLOAD_EXPIRED');
    });
  });

  describe('replacing a clip', () => {
    it('leaves the old one in its place until the new one has arrived', async () => {
      const [one, two] = [await begin(10, { context: 'In Use' }), await begin(10)];
      for (const { path } of [one, two]) await tus().patch(path, 0, bytesOf(10));
      const next = await begin(10, { replaces: one.mediaId });
      const list = async () =>
        (
          await app().request.get(`/api/v1/stories/${storyId}/clips`).set(alice.auth)
        ).body.data.clips.map(
          (clip: { media_id: string; context: string | null; replaces: string | null }) => [
            clip.media_id,
            clip.context,
            clip.replaces,
          ],
        );
      expect(await list()).to.deep.equal([
        [one.mediaId, 'In Use', null],
        [next.mediaId, 'In Use', one.mediaId],
        [two.mediaId, null, null],
      ]);
      await tus().patch(next.path, 0, bytesOf(10));
      expect(await list()).to.deep.equal([
        [next.mediaId, 'In Use', null],
        [two.mediaId, null, null],
      ]);
      expect(
        (await app().request.get(`/api/v1/media/${one.mediaId}`).set(alice.auth)).status,
      ).to.equal(404);
    });

    it('is given up without harm, and fits into a full story', async () => {
      const made = [];
      for (let clip = 0; clip < 7; clip += 1) made.push(await begin(10));
      const next = await begin(10, { replaces: made[3]?.mediaId ?? '' });
      await tus().remove(next.path);
      const ids = made.map(({ mediaId }) => fromPublicId('media', mediaId));
      expect((await carousel()).map((entry: { media_id: string }) => entry.media_id)).to.deep.equal(
        ids,
      );
    });
  });
});
