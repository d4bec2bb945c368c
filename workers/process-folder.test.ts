import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { openProcessFolder } from './process-folder.js';

describe("a worker process's folder", () => {
  const log = { info: () => {}, warn: () => {} };
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'vw-folders-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('goes with the process', async () => {
    const folder = await openProcessFolder(root, log);
    await writeFile(join(folder.path, 'source'), 'bytes');
    await folder.close();
    expect(await readdir(root)).to.deep.equal([]);
  });

  it('clears away what a killed worker left, and nothing else', async () => {
    const dead = join(root, 'worker-dead');
    await mkdir(dead);
    await writeFile(join(dead, 'source'), 'bytes');
    await utimes(dead, new Date(0), new Date(0));
    await mkdir(join(root, 'worker-alive'));
    await mkdir(join(root, 'of-somebody-else'));
    await utimes(join(root, 'of-somebody-else'), new Date(0), new Date(0));
    const folder = await openProcessFolder(root, log);
    expect((await readdir(root)).filter((name) => !folder.path.endsWith(name))).to.have.members([
      'worker-alive',
      'of-somebody-else',
    ]);
    await folder.close();
  });

  it('takes nobody for dead because its own clock is hours ahead', async () => {
    await mkdir(join(root, 'worker-alive'));
    const { now } = Date;
    Date.now = () => now() + 2 * 3_600_000;
    try {
      const folder = await openProcessFolder(root, log);
      expect(await readdir(root)).to.include('worker-alive');
      await folder.close();
    } finally {
      Date.now = now;
    }
  });

  it('works beside what it may not clear away', async function () {
    if (process.getuid?.() === 0) {
      console.log('      skipped: root may remove anything');
      this.skip();
    }
    const dead = join(root, 'worker-dead');
    await mkdir(dead);
    await writeFile(join(dead, 'source'), 'bytes');
    await utimes(dead, new Date(0), new Date(0));
    await chmod(dead, 0o500);
    const folder = await openProcessFolder(root, log);
    expect(await readdir(root)).to.include('worker-dead');
    await folder.close();
    await chmod(dead, 0o700);
  });
});
