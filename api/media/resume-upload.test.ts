import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { Upload } from 'tus-js-client';

import { buildStory } from '../../fixtures/build.js';
import { S3_CREDENTIALS, startS3Server } from '../../fixtures/s3-server.js';
import { openTestApp, type TestApp, type TestUser, useApp } from '../../fixtures/test-app.js';
import { bytesOf, pathOf, tusOf } from '../../fixtures/tus.js';
import { uploadKey } from '../../pipeline/media-keys.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { expireUploads } from './expire-uploads.js';
import { resumeFinishedUploads } from './finish-upload.js';
import { openUploadStore } from './upload-store.js';

async function draftOf(app: TestApp, alice: TestUser) {
  const { story_id } = await buildStory(app.context.db, { maker_id: alice.userId });
  return toPublicId('story', story_id);
}

/** Uploads as a page would; resolves with the upload's address. */
function upload(
  bytes: Buffer,
  options: ConstructorParameters<typeof Upload>[1],
  alice: TestUser,
  storyId: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = new Upload(bytes, {
      retryDelays: [50, 100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000, 3_000],
      headers: { ...alice.auth },
      metadata: { story_id: storyId, filename: 'bowl.mp4', filetype: 'video/mp4' },
      onError: reject,
      onSuccess: () => resolve(sending.url ?? ''),
      ...options,
    });
    sending.start();
  });
}

async function storedBytes(app: TestApp, address: string): Promise<Buffer> {
  const { body } = await app.context.storage.get(keyOf(address));
  return Buffer.concat(await body.toArray());
}

const keyOf = (address: string) => uploadKey(address.slice(address.lastIndexOf('/') + 1));

/** As a process does that dies when all parts are there, before it puts them together. */
async function sendPartsOnly(app: TestApp, path: string, bytes: Buffer): Promise<void> {
  const { tus } = openUploadStore(app.context);
  const died = new Error('killed');
  Object.assign(tus, { finishMultipartUpload: () => Promise.reject(died) });
  const outcome = await tus.write(Readable.from([bytes]), keyOf(path), 0).catch((error) => error);
  expect(outcome).to.equal(died);
}

/** A slow line that can be cut: passes connections on to whichever port it is told. */
async function openLine(port: number) {
  const sockets = new Set<Socket>();
  const line = { port, url: '', cut: () => {}, close: async () => {} };
  const server = createServer((near) => {
    const far = createConnection(line.port, '127.0.0.1');
    const slowly = new Transform({
      transform: (chunk, _encoding, done) => void setTimeout(() => done(null, chunk), 8),
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    near.pipe(slowly).pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  line.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  line.cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  line.close = async () => {
    line.cut();
    await new Promise((resolve) => server.close(resolve));
  };
  return line;
}

const portOf = (origin: string) => Number(new URL(origin).port);

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
    const address = await upload(whole, options, alice, storyId);
    expect((await storedBytes(app(), address)).equals(whole)).to.equal(true);
    expect(await row()).to.include({ attempt: 1 });
  });

  it('goes on by itself after a dropped line', async () => {
    const line = await openLine(portOf(app().origin));
    let cuts = 0;
    const address = await upload(
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

describe('uploading where there is no room', () => {
  const app = useApp({ env: { UPLOAD_MIN_FREE_BYTES: '9000000000000000' } });

  it('is refused with 507', async function () {
    if ((await app().context.storage.freeBytes()) === null) {
      console.log('      a bucket has no end: nothing to refuse');
      return this.skip();
    }
    const alice = await app().signUp();
    const refused = await tusOf(app(), alice).create(await draftOf(app(), alice), 1_000);
    expect([refused.status, refused.body.error.code]).to.deep.equal([507, 'INSUFFICIENT_STORAGE']);
    expect(await app().context.db('media_files')).to.have.length(0);
  });
});

describe('uploading behind a proxy', () => {
  const create = async (env: Record<string, string>, headers: Record<string, string>) => {
    const app = await openTestApp({ env });
    try {
      const alice = await app.signUp();
      const { headers: told } = await tusOf(app, alice).create(
        await draftOf(app, alice),
        10,
        headers,
      );
      return told;
    } finally {
      await app.close();
    }
  };
  const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'video.example' };

  it('answers the public address', async () => {
    const told = await create({ PUBLIC_URL: 'https://shop.example' }, forwarded);
    expect(told.location).to.match(/^https:\/\/shop\.example\/api\/v1\/uploads\//);
  });

  it('believes a proxy that it was told to trust, and nobody else', async () => {
    const trusting = await create({ TRUST_PROXY: '1' }, forwarded);
    expect(trusting.location).to.match(/^https:\/\/video\.example\/api\/v1\/uploads\//);
    const wary = await create({}, forwarded);
    expect(wary.location).to.match(/^http:\/\/127\.0\.0\.1:\d+\//);
  });

  it('lets pages of listed origins read what tus clients need', async () => {
    const env = { CORS_ORIGINS: 'https://shop.example' };
    const told = await create(env, { Origin: 'https://shop.example' });
    expect(told['access-control-allow-origin']).to.equal('https://shop.example');
    for (const name of ['Location', 'Media-Id', 'Upload-Offset', 'Upload-Expires']) {
      expect(told['access-control-expose-headers']).to.include(name);
    }
    const other = await create(env, { Origin: 'https://evil.example' });
    expect(other).not.to.have.property('access-control-allow-origin');
  });
});

describe('uploading into a bucket', () => {
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

describe('killing the API in the middle of an upload', () => {
  const app = useApp();

  async function startApi(env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const chunk of child.stdout ?? []) {
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(String(chunk))?.[1];
      if (port) {
        child.stdout?.resume();
        return { child, port: Number(port) };
      }
    }
    throw new Error(`The API ended with ${child.exitCode}`);
  }

  it('costs some bytes and nothing else', async function () {
    this.timeout(40_000);
    const { config } = app().context;
    const env = {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      DATABASE_URL: config.database.url ?? '',
      DATA_DIR: config.dataDir,
      QUEUE_PREFIX: config.queue.prefix,
      UPLOAD_MIN_FREE_BYTES: '0',
      PORT: '0',
    };
    const alice = await app().signUp();
    const storyId = await draftOf(app(), alice);
    const whole = bytesOf(6_000_000);
    const first = await startApi(env);
    const line = await openLine(first.port);
    let second: { child: ChildProcess; port: number } | undefined;
    try {
      let killed = false;
      const address = await upload(
        whole,
        {
          endpoint: `${line.url}/api/v1/uploads`,
          // In one piece: the kill comes in the middle of a request, while its lock is held.
          onProgress: (sent) => {
            if (killed || sent < 1_000_000) return;
            killed = true;
            first.child.kill('SIGKILL');
            line.cut();
            void startApi(env).then((api) => {
              second = api;
              line.port = api.port;
            });
          },
        },
        alice,
        storyId,
      );
      expect(killed).to.equal(true);
      expect((await storedBytes(app(), address)).equals(whole)).to.equal(true);
      expect(await app().context.db('media_files')).to.have.length(1);
      expect(await app().context.db('media_files').first()).to.include({ attempt: 1 });
    } finally {
      await line.close();
      for (const { child } of [first, ...(second ? [second] : [])]) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await once(child, 'exit');
        }
      }
    }
    await sleep(10);
  });
});
