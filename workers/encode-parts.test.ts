import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { type ClipOptions, ffmpeg, makeClip, openTestFfmpeg } from '../fixtures/media.js';
import { type Cut, countFrames, pictureCommand } from '../pipeline/encode.js';
import { chooseLadder } from '../pipeline/ladder.js';
import { cutParts } from '../pipeline/parts.js';
import { loadConfig } from '../pipeline/platform/config.js';
import type { Source } from '../pipeline/probe.js';
import type { FfmpegTools } from './ffmpeg.js';
import { inspectUpload } from './inspect-upload.js';

const X264 = (params: string, gop = 250) => ['-g', `${gop}`, '-x264-params', params];

/** Ten seconds in up to four parts, each of another kind. */
const CLIPS: Readonly<Record<string, ClipOptions>> = {
  'with B-frames and few keyframes': { options: X264('bframes=3:b-pyramid=normal') },
  'of open groups': { options: X264('bframes=3:open-gop=1:keyint=37:min-keyint=37') },
  'of groups of three': { rate: 25, options: X264('bframes=2', 3) },
  'at 29.97 frames a second': { rate: '30000/1001', options: X264('bframes=2', 60) },
  'at 120 frames a second': { rate: 120, width: 160, height: 120, options: X264('bframes=1') },
  'in HEVC of open groups': {
    options: ['-c:v', 'libx265', '-x265-params', 'log-level=none:open-gop=1:keyint=48:bframes=4'],
  },
  'that drops frames': {
    picture: `testsrc2=size=320x180:rate=30,select='gt(mod(n\\,7)\\,0)*gt(mod(n\\,31)\\,3)'`,
    options: ['-vsync', 'vfr', ...X264('bframes=3', 90)],
  },
  'that stands for two seconds': {
    picture: `testsrc2=size=320x180:rate=30,select='lt(t\\,5.1)+gt(t\\,7)'`,
    options: ['-vsync', 'vfr', ...X264('bframes=3', 40)],
  },
  'whose clock is a jittering one': {
    picture: `testsrc2=size=320x180:rate=30,settb=1/1000,setpts='PTS+random(1)*12'`,
    options: ['-vsync', 'passthrough', '-video_track_timescale', '1000', ...X264('bframes=2', 75)],
  },
  'in Matroska, begun late': {
    name: 'late.mkv',
    options: ['-output_ts_offset', '7.3', ...X264('bframes=3', 100)],
  },
};

describe('encoding the parts of a clip', function () {
  this.timeout(120_000);
  let folder: string;
  let tools: FfmpegTools;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vw-parts-'));
    tools = await openTestFfmpeg();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [kind, options] of Object.entries(CLIPS)) {
    it(`brings out the frames that the whole has: a film ${kind}`, async () => {
      const path = await makeClip(join(folder, kind.replaceAll(' ', '-')), {
        ...{ seconds: 10, audio: false },
        ...options,
      });
      await expectSame(path);
    });
  }

  it('brings out the frames that the whole has: a film cut by an edit list', async () => {
    const long = await makeClip(folder, { seconds: 13, options: X264('bframes=3', 70) });
    const path = join(folder, 'edited.mp4');
    await ffmpeg(['-ss', '2.4', '-i', long, '-t', '10', '-c', 'copy', path]);
    await expectSame(path);
  });

  it('brings out the frames that the whole has: a film that ends before its sound', async () => {
    const film = await makeClip(folder, { seconds: 5, audio: false, options: X264('', 40) });
    const path = join(folder, 'short.mp4');
    const sound = ['-f', 'lavfi', '-t', '10', '-i', 'sine'];
    await ffmpeg(['-i', film, ...sound, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', path]);
    await expectSame(path);
  });

  async function expectSame(path: string) {
    const source = await inspectUpload(tools, path, loadConfig({}).media);
    const cuts = cutParts(source, 4);
    expect(cuts).to.have.lengthOf(4);
    expect(cuts.filter(({ seek }) => seek !== null)).to.have.lengthOf.at.least(2);
    const whole = await framesOf(source, path);
    expect(whole).to.have.lengthOf(countFrames(source));
    const parts = [];
    for (const cut of cuts) parts.push(...(await framesOf(source, path, cut)));
    expect(parts).to.deep.equal(whole);
  }

  /** Digests of what is to be encoded, one for each frame. */
  async function framesOf(source: Source, path: string, cut?: Cut): Promise<string[]> {
    const list = join(folder, 'frames.md5');
    const ladder = chooseLadder(source).slice(0, 1);
    const outputs = ladder.map((rendition) => ({ rendition, path: list }));
    const command = pictureCommand(source, path, outputs, tools, { cut });
    await ffmpeg([
      ...(command.inputs[0]?.options ?? []),
      ...['-i', path, '-filter_complex', command.complexFilter ?? ''],
      ...['-map', '[v0]', '-vsync', 'passthrough', '-f', 'framemd5', list],
    ]);
    const lines = (await readFile(list, 'utf8')).split('\n').filter((line) => /^0,/.test(line));
    lines.forEach((line, at) => {
      expect(Number(line.split(',')[2])).to.equal(at);
    });
    return lines.map((line) => line.split(',').at(-1)?.trim() ?? '');
  }
});
