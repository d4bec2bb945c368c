import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { claimFolder } from './claim-folder.js';

describe('claiming a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vw-claim-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is for one at a time', async () => {
    const claim = await claimFolder(folder);
    const refusal = await claimFolder(folder).catch((err: Error) => err.message);
    expect(refusal).to.include('already runs').and.include(String(process.pid));
    await claim.release();
    await (await claimFolder(folder)).release();
  });

  it('takes over the claim of a process that is gone, though its number lives again', async () => {
    const path = join(folder, 'standalone.lock');
    await writeFile(path, JSON.stringify({ pid: process.pid, identity: 'of another boot' }));
    const claim = await claimFolder(folder);
    expect(JSON.parse(await readFile(path, 'utf8')).identity).to.not.equal('of another boot');
    await claim.release();
  });

  it('takes over a claim that was cut short', async () => {
    await writeFile(join(folder, 'standalone.lock'), '{"pid":');
    await (await claimFolder(folder)).release();
  });
});
