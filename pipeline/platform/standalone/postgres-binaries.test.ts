import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from 'chai';

import { tryOnEmbeddedShapeOnly } from '../../../fixtures/embedded-shape.js';
import { choosePostgresAccount } from './postgres-account.js';
import { preparePostgresBinaries } from './postgres-binaries.js';

describe('preparing the Postgres of npm', function () {
  this.timeout(60_000);
  tryOnEmbeddedShapeOnly();
  let home: string;
  let packaged: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'vw-binaries-'));
    await chmod(home, 0o755);
    packaged = await bareCopy(home);
  });
  afterEach(() => rm(home, { recursive: true }));
  const prepare = async () =>
    preparePostgresBinaries({
      account: await choosePostgresAccount(),
      folder: join(home, 'copies'),
      rootsFolder: join(home, 'copies'),
      packaged,
    });

  it('makes the links and modes that npm’s install script would have made', async () => {
    const { postgres } = await prepare();
    expect(postgres).to.equal(join(packaged, 'bin', 'postgres'));
  });

  it('copies it where it lies out of reach, once', async function () {
    if (process.getuid?.() !== 0) {
      console.log('      skipped: only for root does another account run Postgres');
      return this.skip();
    }
    await chmod(dirname(dirname(packaged)), 0o700);
    const [first, second] = await Promise.all([prepare(), prepare()]);
    expect(first.postgres).to.match(/copies\/postgres-18\.[^/]+\/native\/bin\/postgres$/);
    expect(await prepare())
      .to.deep.equal(first)
      .and.deep.equal(second);
  });
});

/** As npm unpacks it where install scripts may not run: no links, and here not even executable. */
async function bareCopy(home: string): Promise<string> {
  const installed = await preparePostgresBinaries({ account: null, folder: home });
  const native = dirname(dirname(installed.postgres));
  const place = join(home, 'closed', 'package');
  await mkdir(place, { recursive: true });
  await cp(join(native, '..', 'package.json'), join(place, 'package.json'));
  await cp(native, join(place, 'native'), { recursive: true, verbatimSymlinks: true });
  await promisify(execFile)('find', [place, '-type', 'l', '-delete']);
  await promisify(execFile)('chmod', ['-R', 'a-x,a+X', join(place, 'native', 'bin')]);
  return join(place, 'native');
}
