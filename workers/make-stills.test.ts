import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from 'thumbhash';

import { type ClipOptions, ffmpeg, makeClip } from '../fixtures/media.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { type FfmpegTools, openFfmpeg } from './ffmpeg.js';
import { inspectUpload } from './inspect-upload.js';
import { makeStills, type Stills } from './make-stills.js';
import { withWorkspace } from './workspace.js';

const config = loadConfig({ ...process.env, MEDIA_MIN_SECONDS: '0', MEDIA_MIN_SIDE: '1' });

describe('making the stills of a clip', function () {
  this.timeout(60_000);

  let tools: FfmpegTools;
  before(async () => {
    tools = await openFfmpeg(config.worker, pino({ level: 'silent' }));
  });

  const withStills = (
    options: ClipOptions,
    check: (stills: Stills, folder: string) => Promise<void> | void,
    signal = new AbortController().signal,
  ) =>
    withWorkspace(tmpdir(), 'stills-test', async (root) => {
      const path = await makeClip(join(root, 'source'), options);
      const source = await inspectUpload(tools, path, config.media, signal);
      const folder = join(root, 'out');
      await check(await makeStills(tools, { source, path, folder, signal }), folder);
    });

  it('keeps the poster as JPEG and WebP in every width the clip has, and nothing else', async () => {
    await withStills({ width: 1280, height: 720, seconds: 1 }, async ({ poster }, folder) => {
      expect(poster.map(({ width, height }) => [width, height])).to.deep.equal([
        [320, 180],
        [640, 360],
        [1280, 720],
      ]);
      const named = poster.flatMap(({ jpeg, webp }) => [jpeg, webp]);
      expect((await readdir(folder)).toSorted()).to.deep.equal(named.toSorted());
      for (const { jpeg, webp } of poster) {
        const [asJpeg, asWebp] = [
          await readFile(join(folder, jpeg)),
          await readFile(join(folder, webp)),
        ];
        expect(asJpeg.subarray(0, 3).toString('hex')).to.equal('ffd8ff');
        expect(asWebp.toString('latin1', 8, 12)).to.equal('WEBP');
        for (const marker of ['Exif', 'http://ns.adobe.com', 'Lavc', 'EXIF', 'XMP ']) {
          expect(asJpeg.includes(marker), marker).to.equal(false);
          expect(asWebp.includes(marker), marker).to.equal(false);
        }
      }
    });
  });

  it('turns a rotated clip upright', async () => {
    // Red above green; turned by a quarter, red is on the right.
    const picture = 'color=red:s=320x90:r=10[a];color=lime:s=320x90:r=10[b];[a][b]vstack';
    await withStills({ seconds: 1, rotation: 90, picture }, async ({ poster }, folder) => {
      expect(poster).to.have.lengthOf(1);
      const [{ width, height, jpeg } = { width: 0, height: 0, jpeg: '' }] = poster;
      expect([width, height]).to.deep.equal([180, 320]);
      const [left, right] = [
        await colourAt(join(folder, jpeg), 20),
        await colourAt(join(folder, jpeg), 160),
      ];
      expect(left.green).to.be.greaterThan(180);
      expect(right.red).to.be.greaterThan(180);
      expect(right.green).to.be.lessThan(80);
    });
  });

  it('passes over a black opening', async () => {
    const picture =
      'color=black:s=320x180:r=10:d=1.9[a];testsrc2=s=320x180:r=10:d=0.3[b];[a][b]concat=n=2';
    // One keyframe only, and that one is black.
    await withStills(
      { seconds: 2.2, audio: false, picture, options: ['-g', '300', '-sc_threshold', '0'] },
      ({ placeholder }) => {
        const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(placeholder, 'base64'));
        expect(r + g + b).to.be.greaterThan(0.3);
      },
    );
  });

  it('gives a clip that is black throughout a black poster', async () => {
    await withStills(
      { seconds: 1, picture: 'color=black:s=320x180:r=10' },
      async ({ poster }, folder) => {
        expect(poster).to.have.lengthOf(1);
        expect((await stat(join(folder, poster[0]?.webp ?? ''))).size).to.be.greaterThan(0);
      },
    );
  });

  it('takes a clip of one frame', async () => {
    const options = {
      picture: 'testsrc2=s=640x360:r=25',
      options: ['-frames:v', '1'],
      audio: false,
    };
    await withStills(options, ({ poster }) => {
      expect(poster.map(({ width }) => width)).to.deep.equal([320, 640]);
    });
  });

  it('takes a clip of two by two pixels', async () => {
    const options = { picture: 'color=red:s=2x2:r=25', audio: false, seconds: 0.2 };
    await withStills(options, ({ poster, placeholder }) => {
      expect(poster.map(({ width, height }) => [width, height])).to.deep.equal([[2, 2]]);
      expect(thumbHashToApproximateAspectRatio(Buffer.from(placeholder, 'base64'))).to.equal(1);
    });
  });

  it('stretches pixels that are not square', async () => {
    const picture = 'testsrc2=s=320x240:r=10,setsar=2';
    await withStills({ seconds: 1, picture }, ({ poster }) => {
      expect(poster.at(-1)).to.include({ width: 640, height: 240 });
    });
  });

  it('ends with the reason when it is called off', async () => {
    const controller = new AbortController();
    const made = withWorkspace(tmpdir(), 'stills-test', async (root) => {
      const path = await makeClip(root, { seconds: 1 });
      const source = await inspectUpload(tools, path, config.media);
      controller.abort(new Error('called off'));
      await makeStills(tools, {
        source,
        path,
        folder: join(root, 'out'),
        signal: controller.signal,
      });
    });
    const error = await made.then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).to.equal('called off');
  });
});

/** Of the pixel in the middle row, `x` from the left. */
async function colourAt(picture: string, x: number) {
  const raw = `${picture}.rgb`;
  const filter = `crop=2:2:${x}:ih/2`;
  await ffmpeg(['-i', picture, '-vf', filter, '-pix_fmt', 'rgb24', '-f', 'rawvideo', raw]);
  const [red = 0, green = 0, blue = 0] = await readFile(raw);
  return { red, green, blue };
}
