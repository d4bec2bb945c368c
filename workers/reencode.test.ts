import { posix } from 'node:path';

import { expect } from 'chai';

import { rebuildReencodeJobs } from '../api/media/rebuild-reencode-jobs.js';
import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { makeClip, makeDistinct } from '../fixtures/media.js';
import { until } from '../fixtures/until.js';
import { parseCaptions, writeCaptions } from '../pipeline/captions.js';
import { putCaption } from '../pipeline/captions-queries.js';
import { ENCODE_PROFILE } from '../pipeline/encode-profile.js';
import { enqueueCaptions } from '../pipeline/enqueue-captions.js';
import { encodeMedia, makeStills, publishMedia } from '../pipeline/jobs/media-jobs.js';
import type { MediaFile } from '../pipeline/media-file.js';
import { lockMediaFile } from '../pipeline/media-file-queries.js';
import { revisionPrefix } from '../pipeline/media-keys.js';
import { requestReencode } from '../pipeline/reencode-media.js';
import { countReencodes, listFailedReencodes } from '../pipeline/reencode-queries.js';
import { objectKey } from '../pipeline/storage/object-key.js';

const completed = ({ status, reencoding }: MediaFile) => status === 'completed' && !reencoding;
const settled = (file: MediaFile) =>
  completed(file) && file.captionsPublished === file.captionsVersion;

describe('making a completed clip anew', function () {
  this.timeout(90_000);
  let world: ClipWorld;
  let path: string;
  let worker: Awaited<ReturnType<ClipWorld['startWorker']>> | undefined;
  const db = () => world.context.db;
  before(async () => {
    world = await openClipWorld({ ENCODE_CONCURRENCY: '1' });
    path = await makeClip(world.folder, { seconds: 1, width: 160, height: 120 });
  });
  afterEach(() => worker?.stop());
  after(() => world?.close());

  it('leaves it visible all the while, with its captions, and names the new revision at the end', async () => {
    worker = await world.startWorker();
    const { mediaId } = await publish();
    await caption(mediaId);
    const former = await world.reach(mediaId, settled);
    await setProfile(mediaId, 0);
    const seen = watch(mediaId);
    expect(await requestReencode(world.context, mediaId)).to.equal('queued');
    expect(await requestReencode(world.context, mediaId)).to.be.oneOf(['waiting', 'queued']);
    await until(async () => (await world.look(mediaId)).revision !== former.revision, 60_000);
    const file = await world.reach(mediaId, completed);
    expect(await seen.end()).to.deep.equal([]);

    expect(file.revision).to.match(/^r\d+-/);
    expect(file.metadata).to.include({ stage: 'completed', percent: 100, playable: true });
    expect(file.metadata.captions).to.deep.equal([{ language: 'en', label: 'English' }]);
    expect(await textOf(file, 'multivariant.m3u8')).to.contain('SUBTITLES="subtitles"');
    expect(await textOf(file, 'subtitles-en-0.vtt')).to.contain('Hello');
    expect(file.metadata.poster).to.deep.equal(former.metadata.poster);
    expect(await profileOf(mediaId)).to.equal(ENCODE_PROFILE);
    expect(await notesOf(former)).to.equal(1);
    expect(await notesOf(file)).to.equal(0);
    expect(await isThere(former)).to.equal(true);
  });

  it('stays as it was where that fails, keeps its source, and says why', async () => {
    worker = await world.startWorker();
    const former = await publish();
    const { mediaId, filePath } = former;
    const key = objectKey(filePath);
    await world.context.storage.put(key, Buffer.alloc(former.fileSize, 'not a film'), {
      contentType: 'video/mp4',
    });
    await restart();
    expect(await requestReencode(world.context, mediaId)).to.equal('queued');
    const file = await world.reach(mediaId, (now) => completed(now) && now.attempt === 2);
    expect(file).to.include({ revision: former.revision, starts: 0 });
    expect(file.metadata).to.deep.equal(former.metadata);
    const failed = await listFailedReencodes(db(), 10);
    expect(failed).to.have.length(1);
    expect(failed[0]).to.include({ mediaId, code: 'UNSUPPORTED_FORMAT' });
    expect(await countReencodes(db())).to.deep.equal({ waiting: 0, failed: 1 });
    expect(await db()('object_removals').where({ prefix_or_key: filePath })).to.deep.equal([]);
    expect(await isThere(file)).to.equal(true);
    await until(async () => (await rebuildReencodeJobs(world.context, { idleSeconds: 0 })) === 0);
  });

  it('is mended by a sweep where the queue lost it', async () => {
    worker = await world.startWorker();
    const { mediaId, revision } = await publish();
    await worker.stop();
    expect(await requestReencode(world.context, mediaId)).to.equal('queued');
    expect(await rebuildReencodeJobs(world.context, { idleSeconds: 0 })).to.equal(0);
    for (const { queue } of [makeStills, encodeMedia, publishMedia]) {
      await world.context.queues.queue(queue).obliterate({ force: true });
    }
    expect(await rebuildReencodeJobs(world.context, { idleSeconds: 0 })).to.equal(1);
    expect(await rebuildReencodeJobs(world.context, { idleSeconds: 0 })).to.equal(0);
    worker = await world.startWorker();
    const file = await world.reach(mediaId, completed);
    expect(file.attempt).to.equal(3);
    expect(file.revision).not.to.equal(revision);
  });

  it('waits behind what makers wait for, though it came first', async () => {
    worker = await world.startWorker();
    const old = [await publish(), await publish()];
    await worker.stop();
    for (const { mediaId } of old) await requestReencode(world.context, mediaId);
    const clips = [await upload(), await upload()];
    worker = await world.startWorker();
    const done: string[] = [];
    await Promise.all(
      [...old.map(({ mediaId }) => mediaId), ...clips].map(async (mediaId) => {
        await world.reach(mediaId, completed);
        done.push(mediaId);
      }),
    );
    expect(done.indexOf(old[1]?.mediaId ?? '')).to.equal(3);
    expect(Math.max(...clips.map((id) => done.indexOf(id)))).to.be.at.most(2);
  });

  const upload = async () => world.upload(await makeDistinct(path));
  const publish = async () => world.reach(await upload(), completed);
  const restart = async () => {
    await worker?.stop();
    worker = await world.startWorker();
  };
  const setProfile = (mediaId: string, encode_profile: number) =>
    db()('media_files').where({ media_id: mediaId }).update({ encode_profile });
  const profileOf = async (mediaId: string) =>
    (await db()('media_files').where({ media_id: mediaId }).first('encode_profile')).encode_profile;

  async function caption(mediaId: string): Promise<void> {
    const { cues } = parseCaptions(Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n'));
    await db().transaction(async (trx) => {
      const file = await lockMediaFile(trx, mediaId);
      if (!file) throw new Error('no clip');
      const content = writeCaptions(cues);
      const words = { language: 'en', label: 'English', content, cues: 1, repairs: [] };
      await putCaption(trx, file, words);
    });
    await enqueueCaptions(world.context, mediaId);
  }

  /** Looks again and again. What it gives at the end is what a viewer must never see. */
  function watch(mediaId: string) {
    const troubles: unknown[] = [];
    let ended = false;
    const looking = (async () => {
      while (!ended) {
        const file = await world.look(mediaId);
        const { status, metadata } = file;
        const text = await textOf(file, posix.basename(metadata.playlist ?? '')).catch(String);
        const fine =
          status === 'completed' &&
          metadata.playable &&
          metadata.stage === 'completed' &&
          metadata.captions?.length === 1 &&
          text.includes('SUBTITLES=');
        if (!fine) troubles.push({ status, metadata, text });
      }
    })();
    return {
      async end() {
        ended = true;
        await looking;
        return troubles;
      },
    };
  }

  async function textOf({ mediaId, revision }: MediaFile, name: string): Promise<string> {
    const key = objectKey(`${revisionPrefix(mediaId, revision ?? '')}${name}`);
    const { body } = await world.context.storage.get(key);
    return Buffer.concat(await body.toArray()).toString();
  }
  const isThere = async ({ metadata }: MediaFile) =>
    (await world.context.storage.head(objectKey(metadata.playlist ?? ''))) !== null;
  const notesOf = async ({ mediaId, revision }: MediaFile) =>
    (
      await db()('object_removals').where({
        prefix_or_key: revisionPrefix(mediaId, revision ?? ''),
      })
    ).length;
});
