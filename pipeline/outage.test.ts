import { expect } from 'chai';
import fc from 'fast-check';

import { MediaError } from './media-error.js';
import { isOutage, outageDelayMs } from './outage.js';
import { StorageFull } from './storage/storage.js';

const withCode = (code: string) => Object.assign(new Error('no'), { code });

describe('an outage', () => {
  for (const error of [
    withCode('ECONNREFUSED'),
    withCode('ECONNRESET'),
    withCode('ENOSPC'),
    withCode('57P03'),
    withCode('08006'),
    withCode('53300'),
    Object.assign(new Error('We encountered an internal error'), {
      $metadata: { httpStatusCode: 500 },
    }),
    Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' }),
    new StorageFull('no room'),
    new Error('Connection terminated unexpectedly'),
    new Error('av_interleaved_write_frame(): No space left on device'),
    new Error('not stored', { cause: new Error('put', { cause: withCode('EAI_AGAIN') }) }),
  ]) {
    it(`is ${(error as { code?: string }).code ?? error.message}`, () => {
      expect(isOutage(error)).to.equal(true);
    });
  }

  for (const error of [
    new Error('no'),
    withCode('ENOENT'),
    withCode('23505'),
    Object.assign(new Error('denied'), { $metadata: { httpStatusCode: 403 } }),
    new MediaError('CORRUPT_MEDIA', 'Cut off.', { cause: withCode('ENOSPC') }),
    'ECONNREFUSED',
    null,
  ]) {
    it(`is not ${(error as { code?: string } | null)?.code ?? String(error)}`, () => {
      expect(isOutage(error)).to.equal(false);
      expect(outageDelayMs(error, 1)).to.equal(null);
    });
  }

  it('is waited out for longer each time, a minute at most, and never for ever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 31 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (starts, chance) => {
          const delay = outageDelayMs(withCode('ENOSPC'), starts, chance) ?? 0;
          expect(delay).to.be.within(3_750, 75_000);
          const later = outageDelayMs(withCode('ENOSPC'), starts + 1, chance);
          if (later !== null) expect(later).to.be.at.least(delay);
        },
      ),
    );
    expect(outageDelayMs(withCode('ENOSPC'), 1, 0.5)).to.equal(5_000);
    expect(outageDelayMs(withCode('ENOSPC'), 10, 0.5)).to.equal(60_000);
    expect(outageDelayMs(withCode('ENOSPC'), 32)).to.equal(null);
  });

  it('is waited out for some half an hour in all', () => {
    let [waited, starts] = [0, 1];
    for (;;) {
      const delay = outageDelayMs(withCode('ENOSPC'), starts, 0.5);
      if (delay === null) break;
      waited += delay;
      starts += 1;
    }
    expect(waited / 60_000).to.be.within(20, 40);
  });
});
