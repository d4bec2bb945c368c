import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { box } from '../fixtures/boxes.js';
import { type ClamavServer, MALWARE, startClamav } from '../fixtures/clamav-server.js';
import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { makeClip } from '../fixtures/media.js';
import { until } from '../fixtures/until.js';
import { admitUpload, clipJobId } from '../pipeline/jobs/media-jobs.js';
import { scanFile } from './scan.js';

const STREAM_BYTES = 1024 ** 2;

describe('scanning with a real clamd', () => {
  const never = new AbortController().signal;
  let clamav: ClamavServer;
  let folder: string;
  let clean: string;
  let infected: string;
  before(async function () {
    const started = await startClamav(STREAM_BYTES);
    if (!started) return this.skip();
    clamav = started;
    folder = await mkdtemp(join(tmpdir(), 'vw-scan-'));
    clean = await makeClip(folder, { seconds: 1, name: 'clean.mp4' });
    infected = await makeClip(folder, { seconds: 1, name: 'infected.mp4' });
    await appendFile(infected, box('free', MALWARE));
  });
  after(async () => {
    await clamav?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const verdict = (path: string, scanner: { host: string; port: number } = clamav) =>
    scanFile(scanner, path, never).then(
      () => 'clean',
      (error: Error & { code?: string }) => error.code ?? error.name,
    );

  it('passes a clean clip, and refuses one that holds the signature', async () => {
    expect(await verdict(clean)).to.equal('clean');
    expect(await verdict(infected)).to.equal('MALWARE_FOUND');
  });

  it('does so over its local socket too', async () => {
    const local = { host: clamav.socket, port: 0 };
    expect(await verdict(clean, local)).to.equal('clean');
    expect(await verdict(infected, local)).to.equal('MALWARE_FOUND');
  });

  it('finds what the scanner has learnt since', async () => {
    const path = join(folder, 'news');
    await writeFile(path, 'words that nobody minded yesterday');
    expect(await verdict(path)).to.equal('clean');
    await clamav.learn('Test.News', 'words that nobody minded yesterday');
    expect(await clamav.ask('RELOAD')).to.equal('RELOADING');
    let now = 'clean';
    for (let tries = 0; tries < 50 && now === 'clean'; tries++) {
      await new Promise((done) => setTimeout(done, 100));
      now = await verdict(path);
    }
    expect(now).to.equal('MALWARE_FOUND');
  });

  it('gives no verdict on a file above its stream limit', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(STREAM_BYTES + 1));
    const error = await scanFile(clamav, path, never).catch((err: Error) => err);
    expect(error).to.include({ name: 'ScannerUnavailableError' });
    expect((error as Error).message).to.match(/size limit exceeded/i);
  });

  it('gives none while it is down, and one again when it is back', async () => {
    await clamav.kill();
    expect(await verdict(clean)).to.equal('ScannerUnavailableError');
    await clamav.start();
    expect(await verdict(clean)).to.equal('clean');
  });

  describe('at admission', function () {
    this.timeout(90_000);
    let world: ClipWorld;
    before(async () => {
      const { host, port } = clamav;
      world = await openClipWorld({ CLAMAV_HOST: host, CLAMAV_PORT: `${port}` });
    });
    after(() => world?.close());

    it('holds clips back while the scanner is down, and judges them when it is back', async () => {
      await clamav.kill();
      const mediaId = await world.upload(infected);
      await world.startWorker();
      const findJob = () =>
        world.context.queues.queue(admitUpload.queue).getJob(clipJobId(mediaId, 1));
      await until(async () => (await (await findJob())?.getState()) === 'delayed');
      expect(await world.look(mediaId)).to.include({ status: 'pending', originalKey: null });
      await clamav.start();
      await (await findJob())?.promote();
      const refused = await world.reach(mediaId, ({ status }) => status === 'failed');
      expect(refused.metadata.error?.code).to.equal('MALWARE_FOUND');
      const cleanId = await world.upload(clean);
      await world.reach(cleanId, ({ originalKey }) => originalKey !== null);
    });
  });
});
