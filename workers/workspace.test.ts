import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { expect } from 'chai';

import { withWorkspace } from './workspace.js';

describe('working in a workspace', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'workspace-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('gives a folder of its own and removes it with all that is in it', async () => {
    const folder = await withWorkspace(root, 'encode', async (inside) => {
      await writeFile(join(inside, 'half.mp4'), 'x');
      return inside;
    });
    expect(basename(folder)).to.match(/^encode-/);
    expect(existsSync(folder)).to.equal(false);
  });

  it('removes it when the work fails, and passes the failure on', async () => {
    const failure = await withWorkspace(root, 'encode', () => {
      throw new Error('no luck');
    }).catch((error: Error) => error.message);
    expect(failure).to.equal('no luck');
    expect(readdirSync(root)).to.deep.equal([]);
  });

  it('lets no name lead out of the root', async () => {
    await withWorkspace(root, '../../elsewhere', async (folder) => {
      expect(join(folder, '..')).to.equal(root);
    });
  });
});
