import { expect } from 'chai';

import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { makeClip } from '../fixtures/media.js';
import { putCaption } from '../pipeline/captions-queries.js';
import { deleteMediaFile } from '../pipeline/media-file-queries.js';
import { clipPrefix, revisionPrefix } from '../pipeline/media-keys.js';
import { ObjectNotFound } from '../pipeline/storage/storage.js';
import { findTwin } from '../pipeline/twin-queries.js';
import { admitUpload } from './admit-upload.js';
import { captionMedia } from './caption-media.js';
import type { WorkerContext } from './context.js';
import { encodeMedia } from './encode-media.js';
import { publishMedia } from './publish-media.js';
import { runStage, type StageOrder, type StageRun } from './run-stage.js';
import { stillsMedia } from './stills-media.js';

describe('a clip of the same bytes as another', function () {
  this.timeout(60_000);
  let world: ClipWorld;
  let clip: string;
  let owner: string;
  let first: string;
  before(async () => {
    world = await openClipWorld();
    clip = await makeClip(world.folder, { seconds: 1, width: 160, height: 90 });
    const owned = await world.upload(clip);
    owner = (await world.look(owned)).ownerId;
    first = await published(owned);
  });
  after(() => world?.close());

  it('costs no encode, and has objects of its own', async () => {
    const again = await admitted(owner);
    const encoded = await run(again, 'encode', encodeMedia, withoutFfmpeg());
    expect(await publish(again, encoded)).to.equal(true);
    const [own, former] = [await world.look(again), await world.look(first)];
    expect(own.metadata.renditions).to.deep.equal(former.metadata.renditions);
    expect(own.metadata.duration_ms).to.equal(former.metadata.duration_ms);
    expect(own.metadata.playlist).to.match(new RegExp(`^${clipPrefix(again)}`));
    expect(await bytesOf(own)).to.deep.equal(await bytesOf(former));
  });

  it('stays when the other is deleted, and is a twin itself', async () => {
    const [one, two] = [await published(await admitted(owner)), await admitted(owner)];
    await world.context.db.transaction((trx) => deleteMediaFile(trx, one));
    await world.context.storage.removePrefix(clipPrefix(one));
    const encoded = await run(two, 'encode', encodeMedia, withoutFfmpeg());
    expect(await publish(two, encoded)).to.equal(true);
  });

  it('is encoded where the other is another maker’s, or has other sound', async () => {
    const [others, silent] = [await admitted(), await admitted(owner)];
    await world.context
      .db('media_files')
      .where({ media_id: silent })
      .update({ metadata: world.context.db.raw(`metadata || '{"audio_track": null}'`) });
    for (const mediaId of [others, silent]) {
      expect(await findTwin(world.context.db, mediaId)).to.equal(null);
    }
    const error = await run(others, 'encode', encodeMedia, withoutFfmpeg()).catch((err) => err);
    expect(error).to.be.an.instanceOf(Error);
  });

  it('leaves the other’s captions where they are', async () => {
    const { db } = world.context;
    await db.transaction((trx) =>
      putCaption(
        trx,
        { mediaId: first, captionsVersion: 0 },
        {
          ...{ language: 'en', label: 'English', cues: 1, repairs: [] },
          content: 'WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nHello\n',
        },
      ),
    );
    const lockLost = new AbortController().signal;
    const captioning = { mediaId: first, lockLost, timeoutMs: 60_000 };
    expect(await captionMedia(world.context, captioning)).to.equal(true);
    const again = await published(await admitted(owner), withoutFfmpeg());
    const { metadata, revision } = await world.look(again);
    expect(metadata.captions).to.deep.equal([]);
    const names = await namesOf(revisionPrefix(again, revision ?? ''));
    expect(names.filter((name) => name.includes('subtitles'))).to.deep.equal([]);
  });

  it('is encoded after all where the other goes away in mid-copy', async () => {
    const other = await world.upload(clip);
    const its = (await world.look(other)).ownerId;
    await published(other);
    const again = await admitted(its);
    let copies = 0;
    const storage = new Proxy(world.context.storage, {
      get(target, name) {
        if (name !== 'copy') return Reflect.get(target, name).bind?.(target);
        return async (...[from, to]: Parameters<typeof target.copy>) => {
          copies += 1;
          if (copies === 1) return target.copy(from, to);
          await world.context.db.transaction((trx) => deleteMediaFile(trx, other));
          throw new ObjectNotFound(from);
        };
      },
    });
    await published(again, { ...world.context, storage });
    expect(copies).to.equal(2);
  });

  const withoutFfmpeg = (): WorkerContext => ({
    ...world.context,
    ffmpeg: { ...world.context.ffmpeg, ffmpeg: '/nowhere/ffmpeg' },
  });
  const admitted = async (ownerId?: string) => {
    const mediaId = await world.upload(clip, ownerId);
    await run(mediaId, 'admit', admitUpload);
    return mediaId;
  };
  const published = async (mediaId: string, context = world.context) => {
    if ((await world.look(mediaId)).status === 'pending') await run(mediaId, 'admit', admitUpload);
    const encoded = await run(mediaId, 'encode', encodeMedia, context);
    expect(await publish(mediaId, encoded)).to.equal(true);
    return mediaId;
  };
  const publish = async (mediaId: string, encoded: Awaited<ReturnType<typeof encodeMedia>>) => {
    const stills = await run(mediaId, 'stills', stillsMedia);
    return publishMedia(world.context, { mediaId, attempt: 1, encoded, stills });
  };
  const run = <T>(
    mediaId: string,
    stage: StageOrder['stage'],
    work: (context: WorkerContext, stage: StageRun) => Promise<T>,
    context = world.context,
  ): Promise<T> => {
    const order: StageOrder = {
      ...{ stage, mediaId, attempt: 1, starts: 1, lastTry: false },
      lockLost: new AbortController().signal,
      deadlineMs: () => 60_000,
    };
    return runStage(context, order, (stageRun) => work(context, stageRun));
  };
  const namesOf = async (prefix: string) => {
    const names: string[] = [];
    for await (const { key } of world.context.storage.list(prefix))
      names.push(key.slice(prefix.length));
    return names.toSorted();
  };
  const bytesOf = async ({ mediaId, revision }: { mediaId: string; revision: string | null }) => {
    const prefix = revisionPrefix(mediaId, revision ?? '');
    const all: [string, string][] = [];
    for await (const { key } of world.context.storage.list(prefix)) {
      const { body } = await world.context.storage.get(key);
      all.push([key.slice(prefix.length), Buffer.concat(await body.toArray()).toString('base64')]);
    }
    return all.toSorted(([a], [b]) => (a < b ? -1 : 1));
  };
});
