import { expect } from 'chai';

import {
  canCancel,
  canRetry,
  type MediaMetadata,
  type MediaStatus,
  mediaMetadata,
  overallPercent,
  STAGES,
} from './media-file.js';

describe('a media file', () => {
  const failedWith = (code: string) => ({
    status: 'failed' as const,
    metadata: mediaMetadata.parse({ error: { code, message: 'words' } }) as MediaMetadata,
  });

  it('may be retried after a fault of ours', () => {
    for (const code of ['PROCESSING_FAILED', 'TIMED_OUT', 'STORAGE_FULL']) {
      expect(canRetry(failedWith(code)), code).to.equal(true);
    }
  });

  it('may not be retried when the file is to blame, or was cancelled', () => {
    for (const code of ['CORRUPT_MEDIA', 'TOO_LONG', 'MALWARE_FOUND', 'CANCELLED']) {
      expect(canRetry(failedWith(code)), code).to.equal(false);
    }
  });

  it('may not be retried while it has not failed', () => {
    for (const status of ['pending', 'processing', 'completed'] as MediaStatus[]) {
      expect(canRetry({ ...failedWith('TIMED_OUT'), status }), status).to.equal(false);
    }
  });

  it('may be cancelled from the end of its upload until it is done, once', () => {
    const waiting = { status: 'pending', attempt: 1, cancelRequested: false } as const;
    expect(canCancel(waiting)).to.equal(true);
    expect(canCancel({ ...waiting, status: 'processing' })).to.equal(true);
    expect(canCancel({ ...waiting, attempt: 0 })).to.equal(false);
    expect(canCancel({ ...waiting, cancelRequested: true })).to.equal(false);
    expect(canCancel({ ...waiting, status: 'completed' })).to.equal(false);
  });

  it('reads an empty metadata column as an upload under way', () => {
    expect(mediaMetadata.parse({})).to.deep.equal({
      stage: 'uploading',
      percent: 0,
      playable: false,
    });
  });
});

describe('the overall percentage', () => {
  it('never goes back from stage to stage', () => {
    const points = STAGES.flatMap((stage) =>
      [0, 0.5, 1].map((part) => overallPercent(stage, part)),
    );
    expect(points).to.deep.equal(points.toSorted((a, b) => a - b));
  });

  it('stays within the stage, whatever the fraction', () => {
    expect(overallPercent('encoding', -3)).to.equal(overallPercent('encoding'));
    expect(overallPercent('encoding', 7)).to.equal(overallPercent('packaging'));
    expect(overallPercent('encoding', Number.NaN)).to.equal(overallPercent('encoding'));
  });

  it('is 100 only when the clip is completed', () => {
    expect(overallPercent('completed')).to.equal(100);
    expect(overallPercent('publishing', 0.99)).to.be.lessThan(100);
  });
});
