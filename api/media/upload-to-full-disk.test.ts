import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { openTestApp } from '../../fixtures/test-app.js';
import { bytesOf, draftOf, pathOf, tusOf } from '../../fixtures/tus.js';

const MEGABYTE = 1_000_000;

describe('uploading onto a disk that fills up', () => {
  let disk: string | undefined;

  before(function () {
    const folder = mkdtempSync(join(tmpdir(), 'vw-small-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
      disk = folder;
    } catch {
      rmSync(folder, { recursive: true });
      console.log('      skipped: a small disk cannot be mounted here');
      this.skip();
    }
  });
  after(() => {
    if (!disk) return;
    execFileSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true });
  });

  it('is refused with 507, keeps what has arrived, and goes on when there is room', async () => {
    const app = await openTestApp({
      env: { MEDIA_DIR: String(disk), S3_BUCKET: '', UPLOAD_MIN_FREE_BYTES: '0' },
    });
    try {
      const alice = await app.signUp();
      const tus = tusOf(app, alice);
      const whole = bytesOf(3 * MEGABYTE);
      const made = await tus.create(await draftOf(app, alice), whole.length);
      const path = pathOf(made.headers.location);
      const ballast = join(String(disk), 'ballast');
      writeFileSync(ballast, bytesOf(2 * MEGABYTE));
      const refused = await tus.patch(path, 0, whole);
      expect([refused.status, refused.body.error.code]).to.deep.equal([
        507,
        'INSUFFICIENT_STORAGE',
      ]);
      rmSync(ballast);
      const offset = Number((await tus.head(path)).headers['upload-offset']);
      expect(offset).to.be.within(0, whole.length - 1);
      const sent = await tus.patch(path, offset, whole.subarray(offset));
      expect([sent.status, sent.headers['upload-offset']]).to.deep.equal([204, `${whole.length}`]);
    } finally {
      await app.close();
    }
  });
});
