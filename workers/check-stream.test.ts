import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';

import { BROKEN_STREAMS } from '../fixtures/broken-streams.js';
import { useGoodStream } from '../fixtures/good-stream.js';
import { RULES } from '../pipeline/hls-rules.js';
import { checkStreamAt } from './check-stream.js';

/** Rules that a folder cannot break, or that a plain encode already does. */
const TRIED_ELSEWHERE = ['mime-types', 'gzip-playlists', 'no-redirects', 'byte-ranges', 'tls'];

describe('checking a stream', () => {
  const good = useGoodStream({ captions: true });

  it('finds nothing wrong with a good one', async () => {
    expect(await checkStreamAt(good().folder)).to.deep.equal([]);
  });

  it('takes the playlist itself as well as its folder', async () => {
    expect(await checkStreamAt(join(good().folder, 'multivariant.m3u8'))).to.deep.equal([]);
  });

  for (const [name, rule, edit] of BROKEN_STREAMS) {
    it(`finds ${name} (${rule})`, async () => {
      const folder = await mkdtemp(join(good().root, 'broken-'));
      await cp(good().folder, folder, { recursive: true });
      await edit(folder);
      const found = await checkStreamAt(folder);
      expect(found.map((finding) => finding.rule)).to.include(rule);
    });
  }

  it('has a broken stream for every rule', () => {
    const tried = [...BROKEN_STREAMS.map(([, rule]) => rule), ...TRIED_ELSEWHERE];
    expect(RULES.map(({ id }) => id).filter((id) => !tried.includes(id))).to.deep.equal([]);
  });
});
