import { expect } from 'chai';

import { buildMediaFile } from '../fixtures/build.js';
import { useDatabase } from '../fixtures/database.js';
import type { AddOptions } from './jobs/open-queues.js';
import { getMediaFile } from './media-file-queries.js';
import { newId } from './platform/ids.js';
import { requestRetry } from './retry-media.js';

describe('retrying a clip', () => {
  const database = useDatabase();
  let jobs: string[];
  beforeEach(() => {
    jobs = [];
  });

  it('queues it again under the next attempt', async () => {
    const mediaId = await failed('TIMED_OUT');
    expect(await retry(mediaId)).to.equal('queued');
    expect(jobs).to.deep.equal([`${mediaId}_2`]);
    expect(await getMediaFile(database().db, mediaId)).to.include({
      status: 'pending',
      attempt: 2,
    });
  });

  it('happens once, however often it is asked for', async () => {
    const mediaId = await failed('TIMED_OUT');
    const told = await Promise.all([1, 2, 3].map(() => retry(mediaId)));
    expect(told.toSorted()).to.deep.equal(['not-retryable', 'not-retryable', 'queued']);
    expect(jobs).to.have.lengthOf(1);
  });

  it('keeps its word while the queue is down', async () => {
    const mediaId = await failed('TIMED_OUT');
    const outcome = await retry(mediaId, { queueIsDown: true });
    expect(outcome).to.equal('queued');
    expect(await getMediaFile(database().db, mediaId)).to.include({
      status: 'pending',
      attempt: 2,
    });
  });

  it('is refused without a source, for a bad file, and for no clip', async () => {
    expect(await retry(await failed('TIMED_OUT'), { sourceIsGone: true })).to.equal('source-gone');
    expect(await retry(await failed('CORRUPT_MEDIA'))).to.equal('not-retryable');
    expect(await retry(newId())).to.equal('not-found');
    expect(jobs).to.deep.equal([]);
  });

  const failed = async (code: string) => {
    const clip = await buildMediaFile(database().db, {
      processing_status: 'failed',
      metadata: { stage: 'encoding', percent: 40, error: { code, message: 'words' } },
    });
    return clip.media_id;
  };

  const retry = (mediaId: string, given: { queueIsDown?: true; sourceIsGone?: true } = {}) =>
    requestRetry(
      {
        db: database().db,
        mediaEvents: { publish: () => {} },
        log: { warn: () => {} },
        storage: { head: async () => (given.sourceIsGone ? null : ({} as never)) },
        queues: {
          async add(_contract: unknown, _payload: unknown, { jobId }: AddOptions) {
            if (given.queueIsDown) throw new Error('no connection');
            jobs.push(jobId);
          },
          async addFlow() {
            throw new Error('a retry begins with admission');
          },
        },
      },
      mediaId,
    );
});
