import { posix } from 'node:path';

import { expect } from 'chai';

import { rebuildCaptionJobs } from '../api/media/rebuild-caption-jobs.js';
import { buildMediaFile } from '../fixtures/build.js';
import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { makeClip } from '../fixtures/media.js';
import { parseCaptions, writeCaptions } from '../pipeline/captions.js';
import { deleteCaption, getCaptionsTry, putCaption } from '../pipeline/captions-queries.js';
import { enqueueClip } from '../pipeline/enqueue-clip.js';
import { captionMedia as contract } from '../pipeline/jobs/media-jobs.js';
import type { MediaFile } from '../pipeline/media-file.js';
import { deleteMediaFile, lockMediaFile } from '../pipeline/media-file-queries.js';
import { revisionPrefix } from '../pipeline/media-keys.js';
import { requeueFailed } from '../pipeline/media-move-queries.js';
import { newId } from '../pipeline/platform/ids.js';
import { objectKey } from '../pipeline/storage/object-key.js';
import type { Storage } from '../pipeline/storage/storage.js';
import { captionMedia } from './caption-media.js';
import { HandBackError } from './run-stopped.js';

const completed = ({ status }: MediaFile) => status === 'completed';
const settled = (file: MediaFile) =>
  completed(file) && file.captionsPublished === file.captionsVersion;

describe('publishing captions', function () {
  this.timeout(60_000);
  let world: ClipWorld;
  let clip: string;
  let model: MediaFile | undefined;
  before(async () => {
    world = await openClipWorld();
    clip = await makeClip(world.folder, { seconds: 5, width: 160, height: 90 });
  });
  after(() => world?.close());

  it('follows a clip that got them while it was under way', async () => {
    const mediaId = await world.upload(clip);
    await caption(mediaId, 'en', 'Hello');
    const worker = await world.startWorker();
    const file = await world.reach(mediaId, settled);
    await worker.stop();
    expect(file.metadata.captions).to.deep.equal([{ language: 'en', label: 'en' }]);
    expect(file.revision).to.match(/^c1-/);
    expect(await read(file, 'multivariant.m3u8')).to.contain('SUBTITLES="subtitles"');
    expect(await read(file, 'subtitles-en-0.vtt')).to.contain('Hello');
    expect(await read(file, 'subtitles-en.m3u8')).to.match(/#EXTINF:4\.0+,\n.*\n#EXTINF:1\.0+,\n/);
  });

  it('follows a clip that is encoded once more', async () => {
    const { db } = world.context;
    const mediaId = await world.upload(clip);
    await caption(mediaId, 'en', 'Hello');
    const worker = await world.startWorker();
    const { revision } = await world.reach(mediaId, settled);
    await db('media_files').where({ media_id: mediaId }).update({ processing_status: 'failed' });
    const attempt = await requeueFailed(db, mediaId, 1);
    expect(attempt).to.equal(2);
    await enqueueClip(world.context, mediaId, 2);
    const again = (file: MediaFile) => settled(file) && file.attempt === 2;
    const file = await world.reach(mediaId, again);
    await worker.stop();
    expect(file.revision).to.match(/^c1-/).and.not.equal(revision);
    expect(await read(file, 'subtitles-en-0.vtt')).to.contain('Hello');
  });

  it('makes a complete new revision, and lets the former go when its cookies have expired', async () => {
    const before = await encoded();
    const mediaId = before.mediaId;
    await caption(mediaId, 'de', 'Hallo');
    expect(await run(mediaId)).to.equal(true);
    const file = await world.look(mediaId);
    expect(file).to.include({ status: 'completed', captionsVersion: 1, captionsPublished: 1 });
    const [old, now] = [await namesOf(before), await namesOf(file)];
    const added = ['subtitles-de.m3u8', 'subtitles-de-0.vtt', 'subtitles-de-1.vtt'];
    expect(now).to.have.members([...old, ...added]);
    expect(file.metadata.storyboard?.vtt).to.contain(`/${file.revision}/`);
    expect(await notesOf(before)).to.equal(1);
    expect(await notesOf(file)).to.equal(0);
    expect(await dueNotes()).not.to.include(prefixOf(before));
  });

  it('changes nothing when it runs again, or where nothing was asked for', async () => {
    const { mediaId } = await encoded();
    expect(await run(mediaId)).to.equal(false);
    await caption(mediaId, 'en', 'Hello');
    expect(await run(mediaId)).to.equal(true);
    const file = await world.look(mediaId);
    expect(await run(mediaId)).to.equal(false);
    expect(await run(mediaId)).to.equal(false);
    expect(await world.look(mediaId)).to.deep.equal(file);
  });

  it('is for one of two runs at the same time; the other is swept', async () => {
    const { mediaId } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    const outcomes = await Promise.all([run(mediaId), run(mediaId)]);
    expect(outcomes).to.have.members([true, false]);
    const swept = (await dueNotes()).filter((prefix) => prefix.includes(mediaId));
    expect(swept).to.have.length(1);
    expect(swept[0]).not.to.equal(prefixOf(await world.look(mediaId)));
  });

  it('leaves a change that comes meanwhile to the job of that change', async () => {
    const { mediaId } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    const outcome = await run(mediaId, {
      beforeList: () => caption(mediaId, 'en', 'Good morning'),
    });
    expect(outcome).to.equal(false);
    expect((await world.look(mediaId)).captionsPublished).to.equal(0);
    expect(await run(mediaId)).to.equal(true);
    const file = await world.look(mediaId);
    expect(file.captionsPublished).to.equal(2);
    expect(await read(file, 'subtitles-en-0.vtt')).to.contain('Good morning');
  });

  it('gives way to an encode that is published meanwhile', async () => {
    const { mediaId } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    const outcome = await run(mediaId, {
      beforeList: () =>
        world.context.db('media_files').where({ media_id: mediaId }).update({ revision: 'r9-new' }),
    });
    expect(outcome).to.equal(false);
    const { revision, captionsPublished } = await world.look(mediaId);
    expect([revision, captionsPublished]).to.deep.equal(['r9-new', 0]);
  });

  it('takes captions out again, and makes no revision where none were in', async () => {
    const { mediaId, revision } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    await uncaption(mediaId, 'en');
    expect(await run(mediaId)).to.equal(true);
    expect((await world.look(mediaId)).revision).to.equal(revision);
    await caption(mediaId, 'en', 'Hello');
    await run(mediaId);
    await uncaption(mediaId, 'en');
    expect(await run(mediaId)).to.equal(true);
    const file = await world.look(mediaId);
    expect(file.metadata.captions).to.deep.equal([]);
    expect(await read(file, 'multivariant.m3u8')).not.to.contain('SUBTITLES');
    expect((await namesOf(file)).filter((name) => name.startsWith('subtitles'))).to.deep.equal([]);
  });

  it('does not happen where the stream would break a rule that it kept before', async () => {
    const before = await encoded();
    await caption(before.mediaId, 'en', 'Hello');
    const error = await run(before.mediaId, {
      async copy(from, to) {
        if (!to.endsWith('audio.mp4')) await world.context.storage.copy(from, to);
      },
    }).catch((err: unknown) => err);
    expect(String(error)).to.match(/breaks objects-exist/);
    expect((await world.look(before.mediaId)).revision).to.equal(before.revision);
  });

  it('is done by another run where one was killed in the middle, whose objects stay noted', async () => {
    const { mediaId } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    let kill = (_reason: Error) => {};
    const killed = new Promise<void>((_, reject) => {
      kill = reject;
    });
    let first: Promise<boolean> | undefined;
    const written = await new Promise<string>((reached) => {
      first = run(mediaId, {
        copy: (_from, to) => {
          reached(to);
          return killed;
        },
      }).catch(() => false);
    });
    expect(await run(mediaId)).to.equal(true);
    const file = await world.look(mediaId);
    const prefix = `${posix.dirname(written)}/`;
    const notes = await world.context.db('object_removals').where({ prefix_or_key: prefix });
    expect(notes).to.have.length(1);
    kill(new Error('gone'));
    expect(await first).to.equal(false);
    expect(await world.look(mediaId)).to.deep.equal(file);
  });

  it('ends in order when the worker stops, or when the clip is deleted', async () => {
    const { mediaId } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    const drain = new AbortController();
    const error = await run(mediaId, {
      draining: drain.signal,
      beforeList: async () => drain.abort(),
    }).catch((err: unknown) => err);
    expect(error).to.be.instanceOf(HandBackError);
    const outcome = await run(mediaId, {
      beforeList: () => world.context.db.transaction((trx) => deleteMediaFile(trx, mediaId)),
    });
    expect(outcome).to.equal(false);
    const left = (await dueNotes()).filter((prefix) => prefix.includes(mediaId));
    expect(left.filter((prefix) => prefix.includes('/c1-'))).to.have.length(2);
  });

  it('is queued again by a sweep where the queue has lost it, each time later', async () => {
    const { mediaId } = await encoded();
    await caption(mediaId, 'en', 'Hello');
    const sweep = () => rebuildCaptionJobs(world.context, { idleSeconds: 0 });
    await sweep();
    expect((await tryOf(mediaId))?.tries).to.equal(1);
    expect(await sweep()).to.equal(0);
    await world.context.queues.queue(contract.queue).obliterate({ force: true });
    expect(await rebuildCaptionJobs(world.context, { idleSeconds: 60 })).to.equal(0);
    await sweep();
    expect((await tryOf(mediaId))?.tries).to.equal(2);
    const worker = await world.startWorker();
    const file = await world.reach(mediaId, settled);
    await worker.stop();
    expect(file.metadata.captions).to.have.length(1);
    expect(await tryOf(mediaId)).to.equal(null);
  });

  /** A clip that is published without captions: one is encoded, the others are copies of its row and objects. */
  const encoded = async (): Promise<MediaFile> => {
    model ??= await encode();
    const { metadata, mediaId: from, revision } = model;
    const mediaId = newId();
    await buildMediaFile(world.context.db, {
      ...{ media_id: mediaId, processing_status: 'completed', revision },
      metadata: JSON.parse(JSON.stringify(metadata).replaceAll(from, mediaId)),
    });
    for await (const { key } of world.context.storage.list(prefixOf(model))) {
      await world.context.storage.copy(key, objectKey(key.replace(from, mediaId)));
    }
    return world.look(mediaId);
  };

  const encode = async (): Promise<MediaFile> => {
    const mediaId = await world.upload(clip);
    const worker = await world.startWorker();
    const file = await world.reach(mediaId, completed);
    await worker.stop();
    return file;
  };

  const caption = (mediaId: string, language: string, words: string) =>
    world.context.db.transaction(async (trx) => {
      const file = await lockMediaFile(trx, mediaId);
      if (!file) throw new Error('no clip');
      const text = `WEBVTT\n\n00:00:00.500 --> 00:00:04.500\n${words}\n`;
      const { cues } = parseCaptions(Buffer.from(text));
      const written = { language, label: language, cues: cues.length, repairs: [] };
      await putCaption(trx, file, { ...written, content: writeCaptions(cues) });
    });

  const tryOf = (mediaId: string) => getCaptionsTry(world.context.db, mediaId);

  const uncaption = (mediaId: string, language: string) =>
    world.context.db.transaction(async (trx) => {
      const file = await lockMediaFile(trx, mediaId);
      if (file) await deleteCaption(trx, file, language);
    });

  /** Runs the job; `beforeList` comes between reading the rows and copying the objects. */
  const run = (
    mediaId: string,
    {
      beforeList,
      draining = world.context.draining,
      ...over
    }: {
      beforeList?: () => Promise<unknown>;
      draining?: AbortSignal;
      copy?: Storage['copy'];
    } = {},
  ) => {
    const { storage } = world.context;
    const watched: Storage = {
      provider: storage.provider,
      put: (...given) => storage.put(...given),
      putFile: (...given) => storage.putFile(...given),
      get: (...given) => storage.get(...given),
      head: (...given) => storage.head(...given),
      download: (...given) => storage.download(...given),
      copy: (...given) => storage.copy(...given),
      move: (...given) => storage.move(...given),
      remove: (...given) => storage.remove(...given),
      removePrefix: (...given) => storage.removePrefix(...given),
      async *list(prefix) {
        await beforeList?.();
        yield* storage.list(prefix);
      },
      freeBytes: () => storage.freeBytes(),
      check: () => storage.check(),
      close: () => storage.close(),
      ...over,
    };
    return captionMedia(
      { ...world.context, storage: watched, draining },
      { mediaId, timeoutMs: 30_000, lockLost: new AbortController().signal },
    );
  };

  const prefixOf = ({ mediaId, revision }: MediaFile) => revisionPrefix(mediaId, revision ?? '');
  const read = async (file: MediaFile, name: string) => {
    const { body } = await world.context.storage.get(objectKey(prefixOf(file) + name));
    return Buffer.concat(await body.toArray()).toString();
  };
  const namesOf = async (file: MediaFile) => namesIn(world.context.storage.list(prefixOf(file)));
  const notesOf = async (file: MediaFile) =>
    (await world.context.db('object_removals').where({ prefix_or_key: prefixOf(file) })).length;
  const dueNotes = (): Promise<string[]> =>
    world.context
      .db('object_removals')
      .whereRaw('not_before <= clock_timestamp()')
      .pluck('prefix_or_key');
});

async function namesIn(objects: ReturnType<Storage['list']>): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of objects) names.push(posix.basename(key));
  return names;
}
