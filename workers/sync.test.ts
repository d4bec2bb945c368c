import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import {
  beeps,
  flashes,
  INSTANTS,
  type Instants,
  measureInstants,
  publish,
  SECONDS,
} from '../fixtures/beep-flash.js';
import { ffmpeg, openTestFfmpeg } from '../fixtures/media.js';
import type { FfmpegTools } from './ffmpeg.js';

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const COPY = ['-c', 'copy'];
const FRAME = 1 / 30;

describe('keeping sound and picture together', function () {
  this.timeout(120_000);
  let tools: FfmpegTools;
  let root: string;
  let master: string;
  before(async () => {
    tools = await openTestFfmpeg();
    root = await mkdtemp(join(tmpdir(), 'sync-'));
    master = await make('master.mp4', [...H264, '-c:a', 'aac']);
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function make(name: string, options: readonly string[], soundRate = 48_000) {
    const path = join(root, name);
    const inputs = ['-f', 'lavfi', '-i', flashes(), '-f', 'lavfi', '-i', beeps(soundRate)];
    await ffmpeg([...inputs, '-t', `${SECONDS}`, ...options, path]);
    return path;
  }
  async function remake(name: string, before: readonly string[], options: readonly string[]) {
    const path = join(root, name);
    await ffmpeg([...before, '-i', master, ...options, path]);
    return path;
  }
  const measure = async (path: string): Promise<Instants> =>
    measureInstants(await publish(tools, path, root));

  /** Flashes within a frame of `instants`, and beeps `lateSound` seconds after them, within 20 ms. */
  function expectTogether(found: Instants, instants: readonly number[], lateSound = 0) {
    expect(found.flashes).to.have.lengthOf(instants.length);
    expect(found.beeps).to.have.lengthOf(instants.length);
    instants.forEach((at, index) => {
      const [flash = Number.NaN, beep = Number.NaN] = [found.flashes[index], found.beeps[index]];
      expect(flash).to.be.closeTo(at, FRAME + 0.001);
      expect(beep - lateSound).to.be.closeTo(flash, 0.02);
    });
    expect(found.video.start).to.be.closeTo(0, 0.001);
    expect(found.audio?.start).to.be.closeTo(0, 0.001);
    expect(found.audio?.end).to.be.closeTo(found.video.end, 1024 / 48_000);
  }

  it('does so where sound of another rate has priming and no edit list says so', async () => {
    const path = await make('stretched.mp4', [...H264, '-use_editlist', '0'], 44_100);
    const found = await measure(path);
    expectTogether(
      found,
      INSTANTS.map((at) => at + (found.flashes[0] ?? 0) - INSTANTS[0]),
    );
  });

  it('does so where pictures start a fraction of a frame after the sound', async () => {
    const inputs = ['-itsoffset', '0.05', '-i', master];
    const maps = ['-map', '1:a', '-map', '0:v', ...COPY];
    const found = await measure(await remake('late-picture.mkv', inputs, maps));
    expectTogether(
      found,
      INSTANTS.map((at) => at + 0.05 + 0.021),
      -0.05,
    );
  });

  it('does so where frames were dropped', async () => {
    const thin = "select='not(eq(mod(n\\,5)\\,1))'";
    const options = ['-vf', thin, '-vsync', 'vfr', ...H264, '-c:a', 'copy'];
    expectTogether(await measure(await remake('thin.mp4', [], options)), INSTANTS);
  });

  it('does so where an edit list starts in the middle of a group of pictures', async () => {
    const path = await remake('cut.mp4', ['-ss', '1.5'], COPY);
    expectTogether(await measure(path), [0.8, 1.3]);
  });

  it('does so in AVI, whose pictures have decode times alone', async () => {
    const options = ['-c:v', 'copy', '-bsf:v', 'h264_mp4toannexb', '-c:a', 'pcm_s16le'];
    expectTogether(await measure(await remake('decode-times.avi', [], options)), INSTANTS);
  });

  it('does so across a pause in the sound, at times far from 0', async () => {
    const pause = "aselect='not(between(t\\,1.25\\,2.2))'";
    const options = ['-c:v', 'copy', '-af', pause, '-c:a', 'ac3', '-output_ts_offset', '36000'];
    const found = await measure(await remake('pause.ts', [], options));
    expectTogether(
      found,
      INSTANTS.map((at) => at + (found.flashes[0] ?? 0) - INSTANTS[0]),
    );
    expect(found.flashes[0]).to.be.closeTo(INSTANTS[0], FRAME + 0.001);
  });
});
