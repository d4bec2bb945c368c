import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import {
  type ClipOptions,
  ffmpeg,
  findSample,
  makeClip,
  openTestFfmpeg,
} from '../fixtures/media.js';
import type { Source } from '../pipeline/probe.js';
import { probeInput } from '../pipeline/source-input.js';
import { readPackets } from '../pipeline/timeline.js';
import { type EncodedClip, encodeClip } from './encode-clip.js';
import { type FfmpegTools, runFfprobe } from './ffmpeg.js';
import { inspectUpload } from './inspect-upload.js';

const LIMITS = {
  minSeconds: 0,
  maxSeconds: 420,
  minSide: 1,
  maxSide: 7680,
  maxFrameRate: 240,
  maxBytes: 2 ** 29,
};

interface Encoded extends EncodedClip {
  readonly source: Source;
  readonly folder: string;
}

describe('encoding a clip', function () {
  this.timeout(60_000);
  let tools: FfmpegTools;
  let root: string;
  let count = 0;
  before(async () => {
    tools = await openTestFfmpeg();
    root = await mkdtemp(join(tmpdir(), 'encode-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function encode(path: string): Promise<Encoded> {
    const folder = join(root, `out-${count++}`);
    await mkdir(folder);
    const source = await inspectUpload(tools, path, LIMITS);
    return { source, folder, ...(await encodeClip(tools, { source, path, folder })) };
  }
  const encodeNew = async (options: ClipOptions) =>
    encode(await makeClip(join(root, `in-${count++}`), options));

  const show = async (path: string, entries: string): Promise<string[]> =>
    (
      await runFfprobe(tools, [
        ...probeInput('mov'),
        '-v',
        'error',
        '-show_entries',
        entries,
        '-of',
        'default=nk=1:nw=1',
        path,
      ])
    )
      .trim()
      .split('\n');
  const packetsOf = async (path: string) =>
    readPackets(
      await runFfprobe(tools, [
        ...probeInput('mov'),
        '-v',
        'error',
        '-show_entries',
        'packet=stream_index,pts_time,duration_time,size',
        '-of',
        'compact=p=0',
        path,
      ]),
    );
  const keyframesOf = async (path: string) => {
    const answer = await runFfprobe(tools, [
      ...probeInput('mov'),
      '-v',
      'error',
      '-show_entries',
      'packet=pts_time,flags',
      '-of',
      'csv=p=0',
      path,
    ]);
    const rows = answer.split('\n').map((row) => row.split(','));
    const first = Math.min(...rows.filter(([time]) => time).map(([time]) => Number(time)));
    return rows.filter((row) => row[1]?.includes('K')).map(([time]) => Number(time) - first);
  };
  /** Colours of the first frame's four quarters: left to right, top to bottom. */
  async function quartersOf({ folder, renditions }: Encoded): Promise<string> {
    const [top] = renditions;
    const { width, height } = top?.rendition ?? expect.fail('there is no rendition');
    const raw = join(folder, 'frame.rgb');
    const from = join(folder, top?.file ?? '');
    await ffmpeg(['-i', from, '-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', raw]);
    const bytes = await readFile(raw);
    const name = (red = 0, green = 0, blue = 0) =>
      red > 150 ? 'R' : green > 150 ? 'G' : blue > 150 ? 'B' : 'K';
    return [0.25, 0.75]
      .flatMap((y) => [0.25, 0.75].map((x) => 3 * (width * height * y + width * x)))
      .map((at) => name(...bytes.subarray(at, at + 3)))
      .join('');
  }
  async function samplesOf(path: string): Promise<Float32Array> {
    const raw = `${path}.f32`;
    await ffmpeg(['-i', path, '-ac', '1', '-ar', '48000', '-f', 'f32le', raw]);
    const bytes = await readFile(raw);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  it('makes every rendition and the sound, of one length', async () => {
    const clip = await encodeNew({ seconds: 2, width: 640, height: 360 });
    expect(clip.renditions.map(({ file }) => file)).to.deep.equal(['360p.mp4', '240p.mp4']);
    for (const { file } of clip.renditions) {
      expect(await packetsOf(join(clip.folder, file))).to.have.lengthOf(60);
    }
    const sound = await packetsOf(join(clip.folder, 'audio.mp4'));
    expect((sound.length * 1024) / 48_000).to.be.closeTo(2, 0.0107);
    expect(clip.degraded).to.deep.equal([]);
  });

  it('puts keyframes on the same 2 s grid at any rate, also across scene cuts', async () => {
    const cuts = "testsrc2=s=320x240:r=30000/1001,hue=H='floor(t*1.7)*2':b='mod(floor(t*1.7),3)'";
    const clip = await encodeNew({ seconds: 5, picture: cuts, audio: false });
    const keyframes = await keyframesOf(join(clip.folder, '240p.mp4'));
    expect(keyframes.map((time) => Number(time.toFixed(3)))).to.deep.equal([0, 2.002, 4.004]);
    expect(clip.audio).to.equal(null);
  });

  it('says BT.709, square pixels and High profile', async () => {
    const clip = await encodeNew({ seconds: 0.5, options: ['-vf', 'setsar=4/3'] });
    const facts = await show(
      join(clip.folder, '180p.mp4'),
      'stream=profile,pix_fmt,sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries',
    );
    expect(facts).to.have.members(['High', 'yuv420p', '1:1', 'tv', 'bt709', 'bt709', 'bt709']);
    expect(clip.renditions[0]?.rendition).to.include({ width: 426, height: 180 });
  });

  it('shows all eight ways in which a picture can lie the right way up', async () => {
    const picture =
      'color=black:s=320x240:r=25,drawbox=0:0:160:120:red:fill,drawbox=160:0:160:120:lime:fill,drawbox=0:120:160:120:blue:fill';
    const ways = {
      RGBK: [1, 0, 0, 1],
      BRKG: [0, 1, -1, 0],
      KBGR: [-1, 0, 0, -1],
      GKRB: [0, -1, 1, 0],
      GRKB: [-1, 0, 0, 1],
      BKRG: [1, 0, 0, -1],
      RBGK: [0, 1, 1, 0],
      KGBR: [0, -1, -1, 0],
    } as const;
    for (const [shown, matrix] of Object.entries(ways)) {
      const clip = await encodeNew({ seconds: 0.2, picture, matrix, audio: false });
      expect(await quartersOf(clip)).to.equal(shown);
    }
  });

  it('makes a film of uneven frames even, without losing its length', async () => {
    const picture = "testsrc2=s=320x240:r=30,select='not(between(mod(n\\,20)\\,8\\,13))'";
    const clip = await encodeNew({
      seconds: 8 / 3,
      picture,
      audio: false,
      options: ['-vsync', 'passthrough'],
    });
    const packets = await packetsOf(join(clip.folder, '240p.mp4'));
    const times = packets.map(({ time }) => time).sort((a, b) => a - b);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps) - Math.min(...gaps)).to.be.below(0.001);
    expect(packets.length / 30).to.be.closeTo(8 / 3, 0.05);
  });

  it('halves 120 frames a second to 60', async () => {
    const clip = await encodeNew({ seconds: 1, rate: 120, audio: false });
    expect(await packetsOf(join(clip.folder, '180p.mp4'))).to.have.lengthOf(60);
  });

  it('keeps a beep where it was, to the millisecond', async () => {
    const audio = "aevalsrc='0.5*sin(2*PI*1000*t)*between(t,1,1.02)':s=48000";
    const clip = await encodeNew({ seconds: 2, audio });
    const samples = await samplesOf(join(clip.folder, 'audio.mp4'));
    const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const start = samples.findIndex((value) => Math.abs(value) > loudest * 0.4);
    expect(start / 48_000).to.be.closeTo(1, 0.002);
  });

  it('holds a late picture and leaves late sound silent', async () => {
    const folder = join(root, `in-${count++}`);
    const whole = await makeClip(folder, { seconds: 1, audio: 'sine=f=500:r=48000' });
    const shiftInto = (name: string, shifted: string[], maps: string[]) =>
      ffmpeg([
        '-i',
        whole,
        '-itsoffset',
        '0.5',
        '-i',
        whole,
        ...maps,
        ...shifted,
        '-c',
        'copy',
        join(folder, name),
      ]);
    await shiftInto('late-sound.mp4', [], ['-map', '0:v', '-map', '1:a']);
    await shiftInto('late-picture.mp4', [], ['-map', '1:v', '-map', '0:a']);

    const sound = await encode(join(folder, 'late-sound.mp4'));
    const samples = await samplesOf(join(sound.folder, 'audio.mp4'));
    const start = samples.findIndex((value) => Math.abs(value) > 0.05);
    expect(start / 48_000).to.be.closeTo(0.5, 0.025);

    const picture = await encode(join(folder, 'late-picture.mp4'));
    expect(await packetsOf(join(picture.folder, '180p.mp4'))).to.have.lengthOf(45);
  });

  it('brings quiet sound to -16 LUFS below -1 dBTP', async () => {
    const audio =
      "aevalsrc='0.05*random(0)*abs(sin(5*t))+0.4*sin(900*t)*lt(mod(t,0.5),0.03)':s=48000";
    const clip = await encodeNew({ seconds: 6, width: 64, height: 64, rate: 5, audio });
    const meter = join(root, 'meter.txt');
    await ffmpeg([
      '-i',
      join(clip.folder, 'audio.mp4'),
      '-af',
      `ebur128=peak=true:metadata=1,ametadata=print:file=${meter}`,
      '-f',
      'null',
      '-',
    ]);
    const report = await readFile(meter, 'utf8');
    const values = (key: string) =>
      [...report.matchAll(new RegExp(`${key}=(-?[\\d.]+)`, 'g'))].map((match) => Number(match[1]));
    expect(values('lavfi.r128.I').at(-1)).to.be.closeTo(-16, 1);
    expect(Math.max(...values('lavfi.r128.true_peaks_ch0'))).to.be.at.most(10 ** (-1 / 20));
  });

  it('keeps no word of where, when or with what a clip was made', async () => {
    const tags = { location: '+48.2082+016.3738/', title: 'SECRETTITLE', comment: 'SECRETCOMMENT' };
    const clip = await encodeNew({
      seconds: 0.5,
      options: Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]),
    });
    for (const name of ['180p.mp4', 'audio.mp4']) {
      const bytes = (await readFile(join(clip.folder, name))).toString('latin1');
      for (const word of ['48.2082', 'SECRET', 'Lavf', 'x264 - core'])
        expect(bytes).not.to.contain(word);
    }
  });

  it('keeps a hard, short clip under its cap', async () => {
    const noise = 'nullsrc=s=426x240:r=30,geq=random(1)*255:128:128';
    const clip = await encodeNew({ seconds: 1, picture: noise, audio: false });
    const bytes = (await readFile(join(clip.folder, '240p.mp4'))).length;
    expect(bytes * 8).to.be.below(400_000);
  });

  it('reports how far it is, and stops when told', async () => {
    const path = await makeClip(join(root, `in-${count++}`), {
      seconds: 4,
      width: 640,
      height: 480,
    });
    const source = await inspectUpload(tools, path, LIMITS);
    const folder = join(root, `out-${count++}`);
    await mkdir(folder);
    const abort = new AbortController();
    const error = await encodeClip(tools, {
      ...{ source, path, folder, signal: abort.signal },
      onProgress: () => abort.abort(new Error('cancelled')),
    }).catch((failure: Error) => failure);
    expect(error).to.be.an('error').with.property('message', 'cancelled');
  });

  describe('of the samples', () => {
    const samples: [string, string, (clip: Encoded) => Promise<void> | void][] = [
      [
        'iphone_hlg_rot_no_audio.mov',
        'maps HLG to BT.709, upright',
        async (clip) => {
          const facts = await show(
            join(clip.folder, '240p.mp4'),
            'stream=width,height,pix_fmt,color_transfer',
          );
          expect(facts).to.have.members(['240', '426', 'yuv420p', 'bt709']);
        },
      ],
      [
        'h263_amr_3gp_15s.3gp',
        'decodes all the sound of an old phone',
        async (clip) => {
          const samples = await samplesOf(join(clip.folder, 'audio.mp4'));
          expect(samples.slice(-48_000 * 2).some((value) => Math.abs(value) > 0.01)).to.equal(true);
        },
      ],
      [
        'broken_nal_units_720p10.mp4',
        'tells of pictures that could not be decoded',
        (clip) => {
          expect(clip.degraded).to.include('VIDEO_ERRORS');
        },
      ],
      [
        'smallest_8x8.webm',
        'shows a single picture for its time',
        async (clip) => {
          expect(await packetsOf(join(clip.folder, '8p.mp4'))).to.have.lengthOf(30);
        },
      ],
      [
        'vp9_alpha_200x200.webm',
        'encodes a film with transparency',
        async (clip) => {
          expect(await packetsOf(join(clip.folder, '200p.mp4'))).to.have.lengthOf(150);
        },
      ],
    ];
    for (const [name, fact, check] of samples) {
      it(fact, async function () {
        const path = findSample(name);
        if (!path) return this.skip();
        await check(await encode(path));
      });
    }
  });
});
