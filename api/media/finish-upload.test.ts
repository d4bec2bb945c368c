import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { openSlowLine, portOf } from '../../fixtures/slow-line.js';
import { openTestApp, type TestUser, useApp } from '../../fixtures/test-app.js';
import {
  bytesOf,
  draftOf,
  keyOf,
  patchWithoutEnd,
  pathOf,
  storedBytes,
  tusOf,
  uploadByClient,
} from '../../fixtures/tus.js';
import { expireUploads } from './expire-uploads.js';
import { resumeFinishedUploads } from './finish-upload.js';
import { openUploadStore } from './upload-store.js';

describe('resuming an upload', () => {
  const app = useApp();
  const whole = bytesOf(3_000_000);
  let alice: TestUser;
  let storyId: string;
  beforeEach(async () => {
    alice = await app().signUp();
    storyId = await draftOf(app(), alice);
  });
  const store = () => openUploadStore(app().context);
  const row = () => app().context.db('media_files').first();

  it('works with tus-js-client, in chunks', async () => {
    const options = { endpoint: `${app().origin}/api/v1/uploads`, chunkSize: 700_000 };
    const address = await uploadByClient(whole, options, alice, storyId);
    expect((await storedBytes(app(), address)).equals(whole)).to.equal(true);
    expect(await row()).to.include({ attempt: 1 });
  });

  it('goes on by itself after a dropped line', async () => {
    const line = await openSlowLine(portOf(app().origin));
    let cuts = 0;
    const address = await uploadByClient(
      whole,
      {
        endpoint: `${line.url}/api/v1/uploads`,
        chunkSize: 400_000,
        onProgress: (sent) => {
          if (cuts < 3 && sent > 800_000 * (cuts + 1)) {
            cuts += 1;
            line.cut();
          }
        },
      },
      alice,
      storyId,
    );
    await line.close();
    expect(cuts).to.equal(3);
    expect((await storedBytes(app(), address)).equals(whole)).to.equal(true);
    expect(await app().context.db('media_files')).to.have.length(1);
  });

  it('goes on at another API process', async () => {
    const { config, db } = app().context;
    const storage = config.storage.provider === 'disk' ? { MEDIA_DIR: config.storage.root } : {};
    const env = { DATABASE_URL: config.database.url ?? '', DATA_DIR: config.dataDir, ...storage };
    const other = await openTestApp({ env });
    try {
      const made = await tusOf(app(), alice).create(storyId, whole.length);
      const path = pathOf(made.headers.location);
      await tusOf(app(), alice).patch(path, 0, whole.subarray(0, 1_000_000));
      const asked = await tusOf(other, alice).head(path);
      expect(asked.headers['upload-offset']).to.equal('1000000');
      const last = await tusOf(other, alice).patch(path, 1_000_000, whole.subarray(1_000_000));
      expect(last.status).to.equal(204);
      expect((await storedBytes(app(), path)).equals(whole)).to.equal(true);
      expect(await db('uploads').whereNotNull('finished_at')).to.have.length(1);
    } finally {
      await other.close();
    }
  });

  it('keeps what has come when the process is told to stop', async () => {
    const { database, dataDir, storage } = app().context.config;
    const env = {
      DATABASE_URL: database.url ?? '',
      DATA_DIR: dataDir,
      ...(storage.provider === 'disk' && { MEDIA_DIR: storage.root }),
    };
    const stopping = await openTestApp({ env });
    const made = await tusOf(stopping, alice).create(storyId, whole.length);
    const path = pathOf(made.headers.location);
    const running = patchWithoutEnd(stopping, alice, path, whole.subarray(0, 9_000));
    await sleep(300);
    stopping.drain();
    const answer = await running;
    expect([answer.status, answer.headers.get('upload-offset')]).to.deep.equal([204, '9000']);
    await stopping.close();
    expect((await tusOf(app(), alice).head(path)).headers['upload-offset']).to.equal('9000');
  });

  it('submits an upload whose process died at the last byte, by asking or by a sweep', async () => {
    for (const find of [
      (path: string) => tusOf(app(), alice).head(path),
      () => resumeFinishedUploads(app().context, store()),
    ]) {
      const made = await tusOf(app(), alice).create(storyId, 5_000);
      const path = pathOf(made.headers.location);
      // As a process does that never comes to say that it is finished.
      await app().context.storage.put(keyOf(path), bytesOf(5_000), { contentType: 'video/mp4' });
      await find(path);
    }
    const files = await app().context.db('media_files');
    expect(files.map(({ attempt }) => attempt)).to.deep.equal([1, 1]);
    expect(await resumeFinishedUploads(app().context, store())).to.equal(0);
  });

  it('ends what nobody goes on with, and leaves nothing of it', async () => {
    const { db, storage } = app().context;
    const made = await tusOf(app(), alice).create(storyId, whole.length);
    const path = pathOf(made.headers.location);
    await tusOf(app(), alice).patch(path, 0, whole.subarray(0, 10_000));
    expect(await expireUploads(app().context, store())).to.equal(0);
    await db('uploads').update({ expires_at: new Date(Date.now() - 1_000) });
    expect(await expireUploads(app().context, store())).to.equal(1);
    expect(await storage.head(keyOf(path))).to.equal(null);
    expect(await db('uploads')).to.have.length(0);
    expect(await db('media_files').where({ deleted_at: null })).to.have.length(0);
    expect((await db('stories').first()).carousel_config).to.deep.equal([]);
  });

  it('ends the upload of a clip that was removed', async () => {
    const made = await tusOf(app(), alice).create(storyId, whole.length);
    const path = pathOf(made.headers.location);
    const clip = `/api/v1/stories/${storyId}/clips/${made.headers['media-id']}`;
    expect((await app().request.delete(clip).set(alice.auth)).status).to.equal(204);
    expect((await tusOf(app(), alice).patch(path, 0, whole)).status).to.equal(410);
    expect(await expireUploads(app().context, store())).to.equal(1);
    expect((await tusOf(app(), alice).head(path)).status).to.equal(404);
  });
});
