import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { buildSource } from '../fixtures/source.js';
import { until } from '../fixtures/until.js';
import { toMended } from './inspect-mended.js';
import { openSourceCache } from './source-cache.js';

describe('the source cache', () => {
  const file = { mediaId: 'bowl', attempt: 1, filePath: 'originals/bowl/source', fileSize: 5 };
  const never = new AbortController().signal;
  let root: string;
  let downloads: number;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'vw-sources-'));
    downloads = 0;
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const open = (options: { content?: string; lingerMs?: number; failures?: number } = {}) => {
    let failures = options.failures ?? 0;
    const storage = {
      async download(_key: string, path: string) {
        downloads += 1;
        await sleep(20);
        if (failures-- > 0) throw new Error('the line dropped');
        await writeFile(path, options.content ?? 'bytes');
      },
    };
    return openSourceCache(storage, join(root, 'own'), { lingerMs: options.lingerMs ?? 1_000 });
  };
  const read = (path: string) => readFile(path, 'utf8');

  it('downloads once for jobs at the same time and one after the other', async () => {
    const cache = open();
    const both = [1, 2].map(() => cache.withSource(file, never, read));
    expect(await Promise.all(both)).to.deep.equal(['bytes', 'bytes']);
    expect(await cache.withSource(file, never, read)).to.equal('bytes');
    expect(downloads).to.equal(1);
    await cache.close();
  });

  it('inspects once for the jobs of one attempt, and anew what failed', async () => {
    const cache = open();
    const inspected = { source: buildSource(), path: 'one' };
    let inspections = 0;
    const inspect = (attempt: number, fails = false) => {
      const one = { ...file, attempt };
      return cache.withSource(one, never, () =>
        cache.inspectOnce(one, async () => {
          inspections += 1;
          if (fails) throw new Error('it cannot be read');
          return inspected;
        }),
      );
    };
    await inspect(1, true).catch(() => {});
    for (const attempt of [1, 1, 2, 2]) expect(await inspect(attempt)).to.equal(inspected);
    expect(inspections).to.equal(3);
  });

  it('removes the file some time after its last job', async () => {
    const cache = open({ lingerMs: 20 });
    const path = await cache.withSource(file, never, async (at) => {
      await writeFile(toMended(at), 'whole');
      await sleep(60);
      await access(at);
      return at;
    });
    await until(async () => (await access(path).catch((err) => err.code)) === 'ENOENT');
    await until(async () => (await access(toMended(path)).catch((err) => err.code)) === 'ENOENT');
    await cache.close();
  });

  it('does not keep a download that failed', async () => {
    const cache = open({ failures: 1 });
    const error = await cache.withSource(file, never, read).catch((err) => err);
    expect(error.message).to.equal('the line dropped');
    expect(await cache.withSource(file, never, read)).to.equal('bytes');
    await cache.close();
  });

  it('refuses a source of another size than was uploaded', async () => {
    const cache = open({ content: 'byte' });
    const error = await cache.withSource(file, never, read).catch((err) => err);
    expect(error.message).to.include('4 bytes instead of 5');
    await cache.close();
  });

  it('lets one job go without stopping the download for another', async () => {
    const cache = open();
    const impatient = cache.withSource(file, AbortSignal.timeout(1), read).catch((err) => err.name);
    expect(await cache.withSource(file, never, read)).to.equal('bytes');
    expect(await impatient).to.equal('TimeoutError');
    await cache.close();
  });

  it('leaves nothing when it is closed', async () => {
    const cache = open();
    await cache.withSource(file, never, read);
    await cache.close();
    expect(await access(join(root, 'own')).catch((err) => err.code)).to.equal('ENOENT');
  });
});
