import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';

import { ffmpeg, makeClip } from '../fixtures/media.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { type FfmpegTools, openFfmpeg } from './ffmpeg.js';
import { makeStoryboard } from './make-storyboard.js';
import { withWorkspace } from './workspace.js';

const MOVFLAGS = '+frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets';
const rendition = ['-g', '20', '-keyint_min', '20', '-sc_threshold', '0', '-movflags', MOVFLAGS];

describe('making a storyboard', function () {
  this.timeout(60_000);

  let tools: FfmpegTools;
  before(async () => {
    tools = await openFfmpeg(loadConfig().worker, pino({ level: 'silent' }));
  });

  it('has a tile for every keyframe, in order', async () => {
    await withWorkspace(tmpdir(), 'storyboard-test', async (folder) => {
      // A keyframe each 2 s, and another colour each 2 s.
      const colours = ['red', 'lime', 'blue'].map(
        (name, at) => `color=${name}:s=320x180:r=10:d=2[c${at}]`,
      );
      const picture = `${colours.join(';')};[c0][c1][c2]concat=n=3,format=gbrp,scale=out_color_matrix=bt709,format=yuv420p`;
      const options = { seconds: 6, audio: false, picture, name: '180p.mp4', options: rendition };
      await makeClip(folder, options);

      const smallest = { file: '180p.mp4', width: 320, height: 180 };
      const made = await makeStoryboard(tools, { folder, smallest, durationMs: 6000 });

      expect(made).to.deep.equal({ vtt: 'storyboard.vtt', images: ['storyboard.jpg'] });
      const tiles = await readTiles(join(folder, 'storyboard.jpg'));
      expect(tiles).to.deep.equal({ red: 0, green: 1, blue: 2, count: 3 });
      const map = await readFile(join(folder, 'storyboard.vtt'), 'utf8');
      expect(map).to.contain('00:00:02.000 --> 00:00:04.000\nstoryboard.jpg#xywh=160,0,160,90');
      expect(map).to.contain('00:00:04.000 --> 00:00:06.000\nstoryboard.jpg#xywh=320,0,160,90');
    });
  });

  it('takes a portrait clip of one frame', async () => {
    await withWorkspace(tmpdir(), 'storyboard-test', async (folder) => {
      const picture = 'testsrc2=s=240x426:r=10';
      const options = {
        audio: false,
        picture,
        name: '240p.mp4',
        options: [...rendition, '-frames:v', '1'],
      };
      await makeClip(folder, options);

      const smallest = { file: '240p.mp4', width: 240, height: 426 };
      await makeStoryboard(tools, { folder, smallest, durationMs: 100 });

      const map = await readFile(join(folder, 'storyboard.vtt'), 'utf8');
      expect(map).to.contain('00:00:00.000 --> 00:00:00.100\nstoryboard.jpg#xywh=0,0,90,160');
      expect((await readFile(join(folder, 'storyboard.jpg'))).includes('Lavc')).to.equal(false);
    });
  });
});

/** At which tile each primary colour is, and how many tiles of 160 × 90 the sheet has. */
async function readTiles(sheet: string) {
  const raw = `${sheet}.rgb`;
  await ffmpeg(['-i', sheet, '-pix_fmt', 'rgb24', '-f', 'rawvideo', raw]);
  const pixels = await readFile(raw);
  const count = pixels.length / (160 * 90 * 3);
  const middles = Array.from({ length: count }, (_, tile) => {
    const at = (45 * 160 * count + tile * 160 + 80) * 3;
    return [...pixels.subarray(at, at + 3)];
  });
  const tileOf = (channel: number) =>
    middles.findIndex((colour) =>
      colour.every((value, at) => (at === channel ? value > 200 : value < 60)),
    );
  return { red: tileOf(0), green: tileOf(1), blue: tileOf(2), count };
}
