import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { ffmpeg, openTestFfmpeg } from '../fixtures/media.js';
import { readPatches } from '../fixtures/odd-media.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { encodeClip } from './encode-clip.js';
import { inspectMended, toMended } from './inspect-mended.js';

describe('a transport stream that was joined of two', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vw-joined-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [what, offset] of [
    ['starts its clock again', 0],
    ['leaps by ten hours', 36_000],
  ] as const) {
    it(`is published whole where it ${what}`, async () => {
      const parts = [await makePart('red', 440, 0), await makePart('blue', 880, offset)];
      const path = join(folder, `joined-${offset}.ts`);
      await writeFile(path, Buffer.concat(await Promise.all(parts.map((part) => readFile(part)))));
      const sent = await readFile(path);
      const tools = await openTestFfmpeg();
      const found = await inspectMended(tools, path, loadConfig().media);
      expect(found.path).to.equal(toMended(path));
      expect(found.source.durationMs).to.be.closeTo(2_000, 70);
      const made = await encodeClip(tools, { ...found, folder });
      const [{ rendition, file } = expect.fail('there is no rendition')] = made.renditions;
      const colourAt = async (frame: number) =>
        (await readPatches(join(folder, file), rendition, { at: frame, across: 1, down: 1 }))[0];
      expect((await colourAt(12))?.[0]).to.be.greaterThan(200);
      expect((await colourAt(38))?.[2]).to.be.greaterThan(200);
      expect(made.audio).to.not.equal(null);
      expect((await readFile(path)).equals(sent)).to.equal(true);
      expect((await readdir(folder)).filter((name) => name.includes('.mended-'))).to.deep.equal([]);
    });
  }

  it('is refused where that cannot be done', async () => {
    const path = join(folder, 'joined-0.ts');
    const tools = { ...(await openTestFfmpeg()), ffmpeg: process.execPath };
    const error = await inspectMended(tools, path, loadConfig().media).catch((err) => err);
    expect(error).to.include({ name: 'MediaError', code: 'CORRUPT_MEDIA' });
    expect((await readdir(folder)).filter((name) => name.includes('.mended-'))).to.deep.equal([]);
  });

  async function makePart(colour: string, hertz: number, offset: number): Promise<string> {
    const path = join(folder, `${colour}-${offset}.ts`);
    await ffmpeg([
      ...['-f', 'lavfi', '-i', `color=${colour}:size=160x120:rate=25`],
      ...['-f', 'lavfi', '-i', `sine=frequency=${hertz}:sample_rate=48000`],
      ...['-t', '1', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-c:a', 'aac', '-output_ts_offset', `${offset}`, '-f', 'mpegts', path],
    ]);
    return path;
  }
});
