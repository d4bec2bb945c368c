import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { ffmpeg, openTestFfmpeg } from '../fixtures/media.js';
import {
  addClap,
  addToVideo,
  chart,
  element,
  farthest,
  float,
  PATCHES,
  type Rgb,
  readPatches,
} from '../fixtures/odd-media.js';
import type { Source } from '../pipeline/probe.js';
import { encodeClip } from './encode-clip.js';
import type { FfmpegTools } from './ffmpeg.js';
import { inspectUpload } from './inspect-upload.js';

const LIMITS = {
  ...{ minSeconds: 0, maxSeconds: 420, minSide: 1, maxSide: 7680 },
  ...{ maxFrameRate: 240, maxBytes: 2 ** 29 },
};
const BT709 = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '12'];
const SDR = 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p';
const [RED, GREEN, , , YELLOW, GREY] = PATCHES;

describe('publishing odd pictures as they are meant to look', function () {
  this.timeout(60_000);
  let tools: FfmpegTools;
  let root: string;
  let count = 0;
  before(async () => {
    tools = await openTestFfmpeg();
    root = await mkdtemp(join(tmpdir(), 'odd-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  interface Made {
    readonly source: Source;
    readonly width: number;
    readonly height: number;
    patches(options?: { at?: number; across?: number; down?: number }): Promise<Rgb[]>;
  }

  async function publish(path: string): Promise<Made> {
    const folder = join(root, `out-${count++}`);
    await mkdir(folder);
    const source = await inspectUpload(tools, path, LIMITS);
    const { renditions } = await encodeClip(tools, { source, path, folder });
    const [{ rendition, file } = expect.fail('there is no rendition')] = renditions;
    const { width, height } = rendition;
    const patches: Made['patches'] = (options) =>
      readPatches(join(folder, file), rendition, options);
    return { source, width, height, patches };
  }
  /** Half a second of the chart, filtered and coded as told. */
  async function make(name: string, filters: string, codec: readonly string[], size = [160, 120]) {
    const path = join(root, `${count++}-${name}`);
    const [width = 0, height = 0] = size;
    const picture = ['-f', 'lavfi', '-i', chart(width, height), '-t', '0.5'];
    await ffmpeg([...picture, '-vf', filters, ...codec, path]);
    return path;
  }
  const tagged = (primaries: string, transfer: string, matrix: string, range = 'tv') => [
    ...['-color_primaries', primaries, '-color_trc', transfer],
    ...['-colorspace', matrix, '-color_range', range],
  ];

  const colours: Record<string, [string, string[]]> = {
    'BT.709 in full range': [
      'scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p',
      [...X264, ...tagged('bt709', 'bt709', 'bt709', 'pc')],
    ],
    'BT.601 in 4:4:4': [
      'scale=out_color_matrix=smpte170m:out_range=tv,format=yuv444p',
      [...X264, ...tagged('smpte170m', 'smpte170m', 'smpte170m')],
    ],
    'Display P3': [
      'zscale=pin=bt709:tin=bt709:min=gbr:p=smpte432:t=bt709:m=bt709:r=tv,format=yuv420p',
      [...X264, ...tagged('smpte432', 'bt709', 'bt709')],
    ],
    'BT.2020 SDR': [
      'zscale=pin=bt709:tin=bt709:min=gbr:p=bt2020:t=bt709:m=bt2020nc:r=tv,format=yuv422p',
      [...X264, ...tagged('bt2020', 'bt709', 'bt2020nc')],
    ],
    RGB: ['format=bgr0', ['-c:v', 'libx264rgb', '-preset', 'ultrafast', '-qp', '12']],
  };
  for (const [name, [filters, codec]] of Object.entries(colours)) {
    it(`keeps the colours of ${name}`, async () => {
      const made = await publish(await make('colours.mp4', filters, codec));
      expect(farthest(await made.patches(), PATCHES)).to.be.at.most(8);
    });
  }

  it('maps HDR alike, whatever peak the file claims', async () => {
    const hdr = (transfer: string) =>
      'zscale=pin=bt709:tin=bt709:min=gbr:m=gbr:p=bt709:t=linear:npl=203,format=gbrpf32le,' +
      `zscale=p=bt2020:t=${transfer}:m=bt2020nc:r=tv:npl=203,format=yuv420p10le`;
    const x265 = (more: string) => [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1'],
      ...['-x265-params', `log-level=none:crf=10${more}`],
    ];
    const pq = tagged('bt2020', 'smpte2084', 'bt2020nc');
    const plain = await publish(await make('pq.mp4', hdr('smpte2084'), [...x265(''), ...pq]));
    const odd = await publish(
      await make('odd.mp4', hdr('smpte2084'), [...x265(':max-cll=1,1'), ...pq]),
    );
    expect(plain.source.video.hdr).to.equal('pq');
    const [first, second] = [await plain.patches(), await odd.patches()];
    expect(farthest(first, second)).to.be.at.most(2);
    // Hable's curve leaves white of 203 candela at about three quarters.
    const [mapped = [0, 0, 0], grey = [0, 0, 0]] = [first[3], first[5]];
    expect(mapped[0]).to.be.within(160, 200);
    expect(grey[0]).to.be.within(95, 130);
    for (const [red, green, blue] of [mapped, grey]) {
      expect(Math.max(red, green, blue) - Math.min(red, green, blue)).to.be.at.most(4);
    }
  });

  it('lays what WebM hides upon black', async () => {
    const half = "geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(X,W/2),255,0)'";
    const filters = `scale=out_color_matrix=bt709:out_range=tv,format=yuva420p,${half}`;
    const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '10'];
    const path = await make('alpha.webm', filters, [...vp9, '-auto-alt-ref', '0', ...BT709]);
    const shown = await (await publish(path)).patches();
    const black: Rgb = [0, 0, 0];
    const wanted = [RED, GREEN, black, black, YELLOW, GREY, black, black] as Rgb[];
    expect(farthest(shown, wanted)).to.be.at.most(12);
  });

  it('shows all of a picture that names a clean aperture, as browsers do', async () => {
    const path = await make('clap.mp4', SDR, [...X264, ...BT709]);
    await addClap(path, [140, 110, 4, 0]);
    const made = await publish(path);
    expect(made).to.include({ width: 160, height: 120 });
    expect(farthest(await made.patches(), PATCHES)).to.be.at.most(8);
  });

  it('crops and turns as Matroska says', async () => {
    const path = await make('turned.mkv', SDR, [...X264, ...BT709]);
    const right = element(0x54dd, Buffer.from([80]));
    const roll = element(0x7675, float(-90));
    await addToVideo(path, [right, element(0x7670, roll)]);
    const made = await publish(path);
    expect(made.source.video.orientation).to.equal('rotate-90');
    expect(made).to.include({ width: 120, height: 80 });
    const shown = await made.patches({ across: 2, down: 2 });
    expect(farthest(shown, [YELLOW, RED, GREY, GREEN] as Rgb[])).to.be.at.most(8);
  });

  it('puts what has another shape in mid-film between bars', async () => {
    const wide = await make('wide.ts', SDR, [...X264, ...BT709], [320, 180]);
    const tall = await make(
      'tall.ts',
      SDR,
      [...X264, ...BT709, '-output_ts_offset', '0.5'],
      [180, 320],
    );
    const path = join(root, 'joined.ts');
    await writeFile(path, Buffer.concat([await readFile(wide), await readFile(tall)]));
    const made = await publish(path);
    expect(made).to.include({ width: 320, height: 180 });
    expect(farthest(await made.patches(), PATCHES)).to.be.at.most(8);
    const [left, , , right] = await made.patches({ at: 8, across: 5, down: 2 });
    expect([left, right]).to.deep.equal([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  for (const [order, first] of [
    ['top', '1'],
    ['bottom', '0'],
  ] as const) {
    it(`shows a moving bar once and never goes back, ${order} field first`, async () => {
      const path = join(root, `${order}.ts`);
      const bar = "format=yuv420p,geq=lum='if(between(X,8+4*N,40+4*N),220,40)':cb=128:cr=128";
      await ffmpeg([
        ...['-f', 'lavfi', '-i', `color=black:s=320x180:r=50:d=0.8,${bar}`],
        ...['-vf', `tinterlace=interleave_${order}`, '-r', '25', '-c:v', 'mpeg2video'],
        ...['-q:v', '2', '-flags', '+ilme+ildct', '-top', first, path],
      ]);
      const folder = join(root, `out-${count++}`);
      await mkdir(folder);
      const source = await inspectUpload(tools, path, LIMITS);
      expect(source.video.isInterlaced).to.equal(true);
      await encodeClip(tools, { source, path, folder });
      const raw = join(folder, 'luma');
      const grey = ['-pix_fmt', 'gray', '-f', 'rawvideo', raw];
      await ffmpeg(['-i', join(folder, '180p.mp4'), ...grey]);
      const luma = await readFile(raw);
      const edges = Array.from({ length: 18 }, (_, frame) =>
        [80, 81].map((row) => {
          const start = frame * 320 * 180 + row * 320;
          return luma.subarray(start, start + 320).findIndex((value) => value > 130);
        }),
      );
      edges.slice(1, -1).forEach(([even = 0, odd = 0], index) => {
        // Two fields a frame, four pixels a field; both lines show the same instant.
        expect(even).to.be.closeTo(8 + 8 * (index + 1), 2);
        expect(odd).to.be.closeTo(even, 2);
      });
    });
  }
});
