import { expect } from 'chai';

import { buildMediaFile } from '../fixtures/build.js';
import { useDatabase } from '../fixtures/database.js';
import { requestCancel } from './cancel-media.js';
import { deleteMediaFile, getMediaFile } from './media-file-queries.js';
import { takeLease } from './media-lease-queries.js';
import { newId } from './platform/ids.js';

describe('cancelling a clip', () => {
  const database = useDatabase();
  const told: string[] = [];
  const cancel = (mediaId: string) =>
    requestCancel({ db: database().db, mediaEvents: { publish: (id) => told.push(id) } }, mediaId);

  it('ends one that waits at once, and takes it out of quarantine', async () => {
    const { media_id } = await buildMediaFile(database().db);
    expect(await cancel(media_id)).to.equal('cancelled');
    expect(told).to.include(media_id);
    const file = await getMediaFile(database().db, media_id);
    expect(file?.metadata.error?.code).to.equal('CANCELLED');
    expect(await database().db('object_removals').pluck('prefix_or_key')).to.deep.equal([
      `quarantine/${media_id}`,
    ]);
  });

  it('keeps the original of one that was admitted', async () => {
    const key = 'originals/bowl/source';
    const clip = await buildMediaFile(database().db, { file_path: key, original_key: key });
    expect(await cancel(clip.media_id)).to.equal('cancelled');
    expect(await database().db('object_removals')).to.deep.equal([]);
  });

  it('leaves one that a worker has to the worker, and asks once', async () => {
    const { media_id } = await buildMediaFile(database().db);
    const run = { mediaId: media_id, attempt: 1, stage: 'encode' } as const;
    await takeLease(database().db, { ...run, holder: 'bob', ttlSeconds: 9 });
    expect(await cancel(media_id)).to.equal('requested');
    const file = await getMediaFile(database().db, media_id);
    expect(file).to.include({ status: 'pending', cancelRequested: true });
    expect(await cancel(media_id)).to.equal('not-cancellable');
  });

  it('is refused for what uploads still, is done, is gone or never was', async () => {
    const { db } = database();
    const uploading = await buildMediaFile(db, { attempt: 0 });
    const done = await buildMediaFile(db, { processing_status: 'completed' });
    const gone = await buildMediaFile(db);
    await db.transaction((trx) => deleteMediaFile(trx, gone.media_id));
    expect(await cancel(uploading.media_id)).to.equal('not-cancellable');
    expect(await cancel(done.media_id)).to.equal('not-cancellable');
    expect(await cancel(gone.media_id)).to.equal('not-found');
    expect(await cancel(newId())).to.equal('not-found');
  });
});
