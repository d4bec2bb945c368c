import { expect } from 'chai';

import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { makeClip } from '../fixtures/media.js';
import { requestCancel } from '../pipeline/cancel-media.js';
import { loadStream } from '../pipeline/hls-load.js';
import { brokenMusts, checkStream } from '../pipeline/hls-rules.js';
import { MediaError } from '../pipeline/media-error.js';
import { deleteMediaFile } from '../pipeline/media-file-queries.js';
import { clipPrefix, revisionPrefix } from '../pipeline/media-keys.js';
import { requeueFailed } from '../pipeline/media-move-queries.js';
import { admitUpload } from './admit-upload.js';
import type { WorkerContext } from './context.js';
import { encodeMedia } from './encode-media.js';
import { publishMedia } from './publish-media.js';
import { runStage, type StageOrder, type StageRun } from './run-stage.js';
import { stillsMedia } from './stills-media.js';
import { openStreamStorage } from './stream-storage.js';

describe('publishing a clip early', function () {
  this.timeout(60_000);
  let world: ClipWorld;
  let clip: string;
  before(async () => {
    // Two passes of a clip that costs next to nothing.
    world = await openClipWorld({ EARLY_MAX_EXTRA_CPU: '10' });
    clip = await makeClip(world.folder, { seconds: 10, width: 854, height: 480, rate: 5 });
  });
  after(() => world?.close());

  it('makes it playable under a revision of its own, and all of it replaces that', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    const encoded = await run(mediaId, 'encode', encodeMedia);
    const early = await world.look(mediaId);
    expect(early.status).to.equal('processing');
    expect(early.revision).to.match(/^e1-/);
    expect(early.metadata).to.include({ playable: true, duration_ms: 10_000 });
    expect(early.metadata.playlist).to.equal(
      `${revisionPrefix(mediaId, early.revision ?? '')}multivariant.m3u8`,
    );
    expect(namesOf(early)).to.deep.equal(['240p']);
    expect(await broken(early)).to.deep.equal([]);

    expect(encoded.degraded).to.deep.equal([]);
    expect(await publishMedia(world.context, { mediaId, attempt: 1, encoded, stills })).to.equal(
      true,
    );
    const whole = await world.look(mediaId);
    expect(whole.revision).to.equal(encoded.revision);
    expect(namesOf(whole)).to.deep.equal(['480p', '360p', '240p']);
    expect(whole.metadata.early_revision).to.equal(undefined);
    expect(await broken(whole)).to.deep.equal([]);
    // Who holds the old playlist may go on with it for as long as cookies last.
    const former = revisionPrefix(mediaId, early.revision ?? '');
    expect(await notes(mediaId)).to.deep.equal([{ prefix: former, due: false }]);
  });

  it('is taken back and swept when the clip fails after it', async () => {
    const mediaId = await admitted();
    let early = '';
    await run(mediaId, 'encode', async (context, stage) => {
      await encodeMedia(context, stage);
      early = (await world.look(mediaId)).revision ?? '';
      throw new MediaError('CORRUPT_MEDIA', 'Broken after all.');
    }).catch(() => {});
    await expectTakenBack(mediaId, early, 'CORRUPT_MEDIA');
    // What comes next starts from nothing.
    expect(await requeueFailed(world.context.db, mediaId, 1)).to.equal(2);
    expect((await world.look(mediaId)).metadata.playable).to.equal(false);
  });

  it('is taken back and swept when its maker cancels', async () => {
    const mediaId = await admitted();
    await run(mediaId, 'encode', encodeMedia);
    const early = (await world.look(mediaId)).revision ?? '';
    expect(await requestCancel(world.context, mediaId)).to.equal('cancelled');
    await expectTakenBack(mediaId, early, 'CANCELLED');
  });

  it('happens once: a second run finds it named, and makes all in one', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    await run(mediaId, 'encode', encodeMedia);
    const { revision: early } = await world.look(mediaId);
    const encoded = await run(mediaId, 'encode', encodeMedia);
    expect(await world.look(mediaId)).to.include({ revision: early });
    expect(await publishMedia(world.context, { mediaId, attempt: 1, encoded, stills })).to.equal(
      true,
    );
    expect((await world.look(mediaId)).revision).to.match(/^r2-/);
    const left = (await notes(mediaId)).filter(({ due }) => !due).map(({ prefix }) => prefix);
    expect(left).to.include(revisionPrefix(mediaId, early ?? ''));
  });

  it('is not for a run that was overtaken, nor for a clip that is cancelled or gone', async () => {
    for (const overtake of [takeOver, askToCancel, remove]) {
      const mediaId = await admitted();
      await run(mediaId, 'encode', async (context, stage) => {
        await overtake(mediaId);
        // As a frozen process that has not yet heard of it.
        const signal = new AbortController().signal;
        return encodeMedia(context, { ...stage, signal });
      }).catch(() => {});
      const row = await world.context.db('media_files').where({ media_id: mediaId }).first();
      expect(row).to.include({ revision: null });
      const due = (await notes(mediaId)).filter(({ due }) => due).map(({ prefix }) => prefix);
      expect(due.some((prefix) => /\/e\d/.test(prefix) || prefix === clipPrefix(mediaId))).to.equal(
        true,
      );
    }
  });

  it('leaves alone what was published before', async () => {
    const mediaId = await admitted();
    await world.context.db('media_files').where({ media_id: mediaId }).update({ revision: 'r1-0' });
    await run(mediaId, 'encode', encodeMedia);
    expect((await world.look(mediaId)).revision).to.equal('r1-0');
    expect((await notes(mediaId)).map(({ prefix }) => prefix).join()).to.not.match(/\/e\d/);
  });

  const takeOver = (mediaId: string) => run(mediaId, 'encode', async () => {});
  const askToCancel = (mediaId: string) => requestCancel(world.context, mediaId);
  const remove = (mediaId: string) =>
    world.context.db.transaction((trx) => deleteMediaFile(trx, mediaId));

  async function expectTakenBack(mediaId: string, early: string, code: string) {
    expect(early).to.match(/^e1-/);
    const file = await world.look(mediaId);
    expect(file).to.include({ status: 'failed', revision: null });
    expect(file.metadata.error?.code).to.equal(code);
    expect(file.metadata).to.include({ playable: false });
    expect(file.metadata).to.not.have.any.keys('playlist', 'renditions', 'early_revision');
    const prefix = revisionPrefix(mediaId, early);
    expect(await notes(mediaId)).to.deep.include({ prefix, due: true });
  }

  const admitted = async () => {
    const mediaId = await world.upload(clip);
    await run(mediaId, 'admit', admitUpload);
    return mediaId;
  };

  const run = <T>(
    mediaId: string,
    stage: StageOrder['stage'],
    work: (context: WorkerContext, stage: StageRun) => Promise<T>,
  ): Promise<T> => {
    const order: StageOrder = {
      ...{ stage, mediaId, attempt: 1, starts: 1, lastTry: false },
      lockLost: new AbortController().signal,
      deadlineMs: () => 60_000,
    };
    return runStage(world.context, order, (stageRun) => work(world.context, stageRun));
  };

  type Seen = Awaited<ReturnType<ClipWorld['look']>>;
  const namesOf = ({ metadata }: Seen) => metadata.renditions?.map(({ name }) => name);

  async function broken({ mediaId, revision }: Seen): Promise<string[]> {
    const prefix = revisionPrefix(mediaId, revision ?? '');
    const { signal } = new AbortController();
    const objects = openStreamStorage(world.context.storage, prefix, signal);
    const stream = await loadStream(objects, objects.urlOf('multivariant.m3u8'));
    return brokenMusts(checkStream(stream)).map(({ rule, message }) => `${rule}: ${message}`);
  }

  const notes = async (mediaId: string): Promise<{ prefix: string; due: boolean }[]> =>
    world.context
      .db('object_removals')
      .where('prefix_or_key', 'like', `${clipPrefix(mediaId)}%`)
      .select({
        prefix: 'prefix_or_key',
        due: world.context.db.raw('not_before <= clock_timestamp()'),
      });
});
