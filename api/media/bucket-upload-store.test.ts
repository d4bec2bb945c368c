import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { expect } from 'chai';
import pkg from 'knex';

import { S3_CREDENTIALS, startS3Server } from '../../fixtures/s3-server.js';
import { openTestApp, type TestApp } from '../../fixtures/test-app.js';
import { bytesOf, draftOf, keyOf, pathOf, storedBytes, tusOf } from '../../fixtures/tus.js';
import { uploadKey } from '../../pipeline/media-keys.js';
import { newId } from '../../pipeline/platform/ids.js';
import { BucketUploadStore } from './bucket-upload-store.js';
import { resumeFinishedUploads } from './finish-upload.js';
import { openUploadStore } from './upload-store.js';

const { knex } = pkg;

describe('uploading into a bucket', () => {
  it('is no upload that is gone where the database is away', async () => {
    const db = knex({ client: 'pg', connection: 'postgres://nobody@127.0.0.1:1/none' });
    const place = {
      ...{ provider: 's3' as const, bucket: 'media', endpoint: 'http://127.0.0.1:1', region: 'x' },
      ...S3_CREDENTIALS,
    };
    try {
      const store = new BucketUploadStore(db, place, 60);
      const failure = await store.getUpload(uploadKey(newId())).catch((error) => error);
      expect(failure).to.have.property('code', 'ECONNREFUSED');
      expect(failure).not.to.have.property('status_code');
    } finally {
      await db.destroy();
    }
  });

  it('goes on in another process after a dropped line', async function () {
    this.timeout(30_000);
    const directory = await mkdtemp(join(tmpdir(), 'vw-s3-'));
    const s3 = await startS3Server({ directory, bucket: 'media' });
    const env = {
      S3_BUCKET: 'media',
      S3_ENDPOINT: s3.endpoint,
      S3_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
    };
    const app = await openTestApp({ env });
    const { database, dataDir } = app.context.config;
    const shared = { ...env, DATABASE_URL: database.url ?? '', DATA_DIR: dataDir };
    const other = await openTestApp({ env: shared });
    try {
      const whole = bytesOf(7_000_000);
      const alice = await app.signUp();
      const storyId = await draftOf(app, alice);
      const made = await tusOf(app, alice).create(storyId, whole.length);
      const path = pathOf(made.headers.location);
      await tusOf(app, alice).patch(path, 0, whole.subarray(0, 2_000_000));
      expect((await tusOf(other, alice).head(path)).headers['upload-offset']).to.equal('2000000');
      await tusOf(other, alice).patch(path, 2_000_000, whole.subarray(2_000_000));
      expect((await storedBytes(app, path)).equals(whole)).to.equal(true);
      expect(await app.context.db('media_files').first()).to.include({ attempt: 1 });

      const third = await tusOf(app, alice).create(storyId, whole.length);
      await sendPartsOnly(app, pathOf(third.headers.location), whole);
      expect(await resumeFinishedUploads(app.context, openUploadStore(app.context))).to.equal(1);
      const resumed = pathOf(third.headers.location);
      expect((await storedBytes(app, resumed)).equals(whole)).to.equal(true);
      await app.context.storage.remove(keyOf(resumed));

      const second = await tusOf(app, alice).create(storyId, whole.length);
      const left = pathOf(second.headers.location);
      await tusOf(app, alice).patch(left, 0, whole.subarray(0, 6_000_000));
      expect((await tusOf(app, alice).remove(left)).status).to.equal(204);
      const keys = [];
      for await (const { key } of app.context.storage.list('quarantine/')) keys.push(key);
      const id = path.slice(path.lastIndexOf('/') + 1);
      expect(keys).to.deep.equal([`quarantine/${id}`]);
      const swept = await app.context.db('object_removals').pluck('prefix_or_key');
      expect(swept).to.include(`quarantine/${id}.part`);
    } finally {
      await other.close();
      await app.close();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** As a process does that dies when all parts are there, before it puts them together. */
async function sendPartsOnly(app: TestApp, path: string, bytes: Buffer): Promise<void> {
  const { tus } = openUploadStore(app.context);
  const died = new Error('killed');
  Object.assign(tus, { finishMultipartUpload: () => Promise.reject(died) });
  const outcome = await tus.write(Readable.from([bytes]), keyOf(path), 0).catch((error) => error);
  expect(outcome).to.equal(died);
}
