import { expect } from 'chai';

import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { makeClip } from '../fixtures/media.js';
import type { EncodedMedia, WrittenStills } from '../pipeline/jobs/media-jobs.js';
import { deleteMediaFile } from '../pipeline/media-file-queries.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { requeueLost } from '../pipeline/media-move-queries.js';
import { admitUpload } from './admit-upload.js';
import type { WorkerContext } from './context.js';
import { encodeMedia } from './encode-media.js';
import { publishMedia } from './publish-media.js';
import { runStage, type StageOrder, type StageRun } from './run-stage.js';
import { stillsMedia } from './stills-media.js';

describe('publishing a clip', function () {
  this.timeout(60_000);
  let world: ClipWorld;
  let clip: string;
  before(async () => {
    world = await openClipWorld();
    clip = await makeClip(world.folder, { seconds: 1, width: 160, height: 90, audio: false });
  });
  after(() => world?.close());

  it('is for the newest of two runs that both finished, and the other is swept', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    const early = await run(mediaId, 'encode', encodeMedia);
    const late = await run(mediaId, 'encode', encodeMedia);
    expect(await publish(mediaId, early, stills)).to.equal(false);
    expect(await publish(mediaId, late, stills)).to.equal(true);
    expect((await world.look(mediaId)).revision).to.equal(late.revision);
    expect(await dueNotes()).to.include(revisionPrefix(mediaId, early.revision));
    expect(await dueNotes()).to.not.include(revisionPrefix(mediaId, late.revision));
  });

  it('is for the newer of two runs at the same time; the older writes no more', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    let newer: Promise<EncodedMedia> | undefined;
    const older = await run(mediaId, 'encode', async (context, stage) => {
      newer = run(mediaId, 'encode', encodeMedia);
      await new Promise((stopped) => stage.signal.addEventListener('abort', stopped));
      return encodeMedia(context, stage);
    }).catch((err: unknown) => err);
    expect(older).to.include({ name: 'SupersededError' });
    const encoded = (await newer) as EncodedMedia;
    expect(await publish(mediaId, encoded, stills)).to.equal(true);
  });

  it('changes nothing when it runs again', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    const encoded = await run(mediaId, 'encode', encodeMedia);
    expect(await publish(mediaId, encoded, stills)).to.equal(true);
    const before = await world.look(mediaId);
    expect(await publish(mediaId, encoded, stills)).to.equal(false);
    expect(await world.look(mediaId)).to.deep.equal(before);
    expect(await dueNotes()).to.not.include(revisionPrefix(mediaId, encoded.revision));
  });

  it('does not happen while an object is missing', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    const encoded = await run(mediaId, 'encode', encodeMedia);
    await world.context.storage.remove(revisionKey(mediaId, encoded.revision, encoded.playlist));
    const error = await publish(mediaId, encoded, stills).catch((err: unknown) => err);
    expect(error).to.include({
      message: `${revisionKey(mediaId, encoded.revision, encoded.playlist)} is missing`,
    });
    expect((await world.look(mediaId)).status).to.equal('processing');
  });

  it('does not happen once a sweep has begun with the outputs', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    const encoded = await run(mediaId, 'encode', encodeMedia);
    await world.context
      .db('object_removals')
      .where({ prefix_or_key: revisionPrefix(mediaId, encoded.revision) })
      .update({ attempts: 1 });
    const error = await publish(mediaId, encoded, stills).catch((err: unknown) => err);
    expect(error).to.be.an.instanceOf(Error);
    expect((await world.look(mediaId)).status).to.equal('processing');
  });

  it('does not happen for a former attempt, nor for a deleted clip', async () => {
    const mediaId = await admitted();
    const stills = await run(mediaId, 'stills', stillsMedia);
    const encoded = await run(mediaId, 'encode', encodeMedia);
    expect(await requeueLost(world.context.db, mediaId, 1)).to.equal(2);
    expect(await publish(mediaId, encoded, stills)).to.equal(false);
    await world.context.db.transaction((trx) => deleteMediaFile(trx, mediaId));
    expect(await publish(mediaId, encoded, stills)).to.equal(false);
  });

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

  const publish = (mediaId: string, encoded: EncodedMedia, stills: WrittenStills) =>
    publishMedia(world.context, { mediaId, attempt: 1, encoded, stills });

  const dueNotes = (): Promise<string[]> =>
    world.context
      .db('object_removals')
      .whereRaw('not_before <= clock_timestamp()')
      .pluck('prefix_or_key');
});
