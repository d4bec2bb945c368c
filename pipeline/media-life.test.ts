import { expect } from 'chai';

import { buildMediaFile, buildUpload } from '../fixtures/build.js';
import { useDatabase } from '../fixtures/database.js';
import { deleteMediaFile, getMediaFile } from './media-file-queries.js';
import {
  endLease,
  type Lease,
  type LeasedStage,
  listIdleClips,
  renewLease,
  takeLease,
} from './media-lease-queries.js';
import {
  queueUploaded,
  requeueFailed,
  requeueLost,
  saveFailed,
  saveProgress,
} from './media-move-queries.js';
import { queueRemoval, strikeRemoval, takeDueRemovals } from './object-removal-queries.js';
import { newId } from './platform/ids.js';

describe('the life of a clip, in rows', () => {
  const database = useDatabase();
  const db = () => database().db;

  const take = async (
    mediaId: string,
    attempt = 1,
    stage: LeasedStage = 'encode',
    ttlSeconds = 9,
  ) => takeLease(db(), { mediaId, attempt, stage, holder: 'alice', ttlSeconds });

  const mustTake = async (...order: Parameters<typeof take>): Promise<Lease> => {
    const taken = await take(...order);
    if (!taken) throw new Error('no lease');
    return taken.lease;
  };

  const look = async (mediaId: string) => {
    const file = await getMediaFile(db(), mediaId);
    if (!file) throw new Error('no clip');
    return file;
  };

  describe('finishing an upload', () => {
    it('queues the clip once, however often it is told', async () => {
      const clip = await buildMediaFile(db(), { attempt: 0, metadata: { stage: 'uploading' } });
      await buildUpload(db(), { media_id: clip.media_id, owner_id: clip.owner_id });
      const told = await Promise.all(
        [1, 2, 3].map(() => db().transaction((trx) => queueUploaded(trx, clip.media_id))),
      );
      expect(told.toSorted()).to.deep.equal([1, null, null]);
      expect(await look(clip.media_id)).to.deep.include({ status: 'pending', attempt: 1 });
      expect((await db()('uploads').first()).finished_at).to.be.an.instanceOf(Date);
    });
  });

  describe('taking a lease', () => {
    it('gives each run a larger token, and the former run is lost', async () => {
      const { media_id } = await buildMediaFile(db());
      const [first, second] = [await mustTake(media_id), await mustTake(media_id)];
      expect(second.token).to.be.greaterThan(first.token);
      expect(await renewLease(db(), first, 9)).to.equal('lost');
      expect(await renewLease(db(), second, 9)).to.equal('held');
    });

    it('is refused for another attempt, a finished clip and a deleted one', async () => {
      const { media_id } = await buildMediaFile(db(), { attempt: 2 });
      expect(await take(media_id, 1)).to.equal(null);
      await saveFailed(db(), { mediaId: media_id, attempt: 2 }, { code: 'X', message: 'x' });
      expect(await take(media_id, 2)).to.equal(null);
      const other = await buildMediaFile(db());
      await db().transaction((trx) => deleteMediaFile(trx, other.media_id));
      expect(await take(other.media_id)).to.equal(null);
    });

    it('counts only the runs that never came back', async () => {
      const { media_id } = await buildMediaFile(db());
      await endLease(db(), await mustTake(media_id));
      await mustTake(media_id);
      await mustTake(media_id);
      expect((await look(media_id)).starts).to.equal(2);
    });

    it('tells the run when the maker cancels, and when the clip has failed elsewhere', async () => {
      const { media_id } = await buildMediaFile(db());
      const lease = await mustTake(media_id);
      await db()('media_files').update({ cancel_requested: true });
      expect(await renewLease(db(), lease, 9)).to.equal('cancelled');
      await saveFailed(db(), { mediaId: media_id, attempt: 1 }, { code: 'X', message: 'x' });
      expect(await renewLease(db(), lease, 9)).to.equal('lost');
    });
  });

  describe('progress', () => {
    it('never goes back within an attempt, and raises the version', async () => {
      const { media_id } = await buildMediaFile(db());
      const lease = await mustTake(media_id);
      await saveProgress(db(), lease, { stage: 'encoding', percent: 40 });
      await saveProgress(db(), lease, { stage: 'encoding', percent: 7 });
      const file = await look(media_id);
      expect(file.metadata).to.deep.include({ stage: 'encoding', percent: 40 });
      expect(file.version).to.equal(3);
    });

    it('is not written by a run that lost its lease', async () => {
      const { media_id } = await buildMediaFile(db());
      const lease = await mustTake(media_id);
      await mustTake(media_id);
      expect(await saveProgress(db(), lease, { stage: 'encoding', percent: 40 })).to.equal(false);
      expect((await look(media_id)).metadata.percent).to.equal(0);
    });
  });

  describe('queueing again', () => {
    it('gives a lost clip one new attempt, even when two sweeps find it', async () => {
      const { media_id } = await buildMediaFile(db(), { processing_status: 'processing' });
      const found = await Promise.all([1, 2].map(() => requeueLost(db(), media_id, 1)));
      expect(found.toSorted()).to.deep.equal([2, null]);
      expect(await look(media_id)).to.deep.include({ status: 'pending', attempt: 2 });
    });

    it('leaves a clip alone that somebody works on', async () => {
      const { media_id } = await buildMediaFile(db());
      await mustTake(media_id);
      expect(await requeueLost(db(), media_id, 1)).to.equal(null);
      expect(await idle()).to.deep.equal([]);
    });

    it('forgets the error and the starts of a failed clip', async () => {
      const { media_id } = await buildMediaFile(db(), { starts: 11, cancel_requested: true });
      await saveFailed(db(), { mediaId: media_id, attempt: 1 }, { code: 'X', message: 'x' });
      expect(await requeueFailed(db(), media_id, 1)).to.equal(2);
      const file = await look(media_id);
      expect(file).to.deep.include({ starts: 0, cancelRequested: false, status: 'pending' });
      expect(file.metadata.error).to.equal(undefined);
    });

    it('finds clips that rest, but not those still uploading', async () => {
      const resting = await buildMediaFile(db());
      await buildMediaFile(db(), { attempt: 0 });
      await buildMediaFile(db(), { processing_status: 'completed' });
      const lease = await mustTake(resting.media_id);
      await endLease(db(), lease);
      const found = { mediaId: resting.media_id, attempt: 1 };
      const { stage } = lease;
      expect(await idle()).to.deep.equal([{ ...found, resting: [{ stage, seconds: 0 }] }]);
      await db()('media_leases').update({ expires_at: db().raw(`now() - interval '31 seconds'`) });
      expect(await idle()).to.deep.equal([{ ...found, resting: [{ stage, seconds: 31 }] }]);
      await db()('media_files').where({ media_id: resting.media_id }).update({ attempt: 2 });
      expect(await idle()).to.deep.equal([{ ...found, attempt: 2, resting: [] }]);
    });

    const idle = () => listIdleClips(db(), { after: null, limit: 10, idleSeconds: -1 });
  });

  describe('deleting a clip', () => {
    it('queues all of its objects for removal, once', async () => {
      const key = `originals/${newId()}/source`;
      const { media_id } = await buildMediaFile(db(), { file_path: key, original_key: key });
      const told = [];
      for (const _ of [1, 2]) {
        told.push(await db().transaction((trx) => deleteMediaFile(trx, media_id)));
      }
      expect(told).to.deep.equal([true, false]);
      expect(await db()('object_removals').pluck('prefix_or_key')).to.have.members([
        `media/${media_id}/`,
        key,
      ]);
    });
  });

  describe('a note of removal', () => {
    it('is taken by one sweep when it is due, and not before', async () => {
      await queueRemoval(db(), { prefix: 'media/a/' });
      await queueRemoval(db(), { prefix: 'media/b/' }, 60);
      const taken = await Promise.all(
        [1, 2].map(() => takeDueRemovals(db(), { limit: 5, retrySeconds: 60 })),
      );
      expect(taken.flat().map(({ target }) => target)).to.deep.equal([{ prefix: 'media/a/' }]);
    });

    it('can be struck until a sweep has begun with it', async () => {
      const target = { prefix: 'media/a/' };
      const strike = () => db().transaction((trx) => strikeRemoval(trx, target));
      await queueRemoval(db(), target);
      expect(await strike()).to.equal(true);
      await queueRemoval(db(), target);
      await takeDueRemovals(db(), { limit: 5, retrySeconds: 60 });
      expect(await strike()).to.equal(false);
    });
  });
});
