import { expect } from 'chai';

import { openCachedCounts } from './cached-counts.js';

describe('a cached count', () => {
  it('is asked for once by many, again after 15 s behind the scenes, and is never 30 s old', async () => {
    let now = 0;
    let counted = 0;
    const counts = openCachedCounts({ now: () => now });
    const read = () => counts.read('all', async () => ++counted);
    expect(await Promise.all([read(), read(), read()])).to.deep.equal([1, 1, 1]);
    now = 14_999;
    expect(await read()).to.equal(1);
    now = 15_000;
    expect(await Promise.all([read(), read()])).to.deep.equal([1, 1]);
    expect(await read()).to.equal(2);
    now = 45_000;
    expect(await read()).to.equal(3);
  });

  it('that fails is told to who waits, and tried anew', async () => {
    const counts = openCachedCounts();
    const fail = () => counts.read('all', () => Promise.reject(new Error('down')));
    const reason = await fail().catch((err: Error) => err.message);
    expect(reason).to.equal('down');
    expect(await counts.read('all', async () => 7)).to.equal(7);
  });

  it('is kept for so many lists at most', async () => {
    const counts = openCachedCounts({ most: 2 });
    for (const name of ['a', 'b', 'c']) await counts.read(name, async () => 1);
    expect(await counts.read('a', async () => 2)).to.equal(2);
    expect(await counts.read('c', async () => 2)).to.equal(1);
  });
});
