import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { ffmpeg, openTestFfmpeg } from '../fixtures/media.js';
import {
  breakAdts,
  findTone,
  type Heard,
  hear,
  levelOf,
  loudnessBetween,
  makeSounding,
  tones,
} from '../fixtures/tones.js';
import type { FfmpegTools } from './ffmpeg.js';

const PCM = ['-c:a', 'pcm_s16le'];
const FLOATS = ['-c:a', 'pcm_f32le'];
const AAC = ['-c:a', 'aac'];

describe('publishing sound as it is meant to be heard', function () {
  this.timeout(60_000);
  let tools: FfmpegTools;
  let root: string;
  before(async () => {
    tools = await openTestFfmpeg();
    root = await mkdtemp(join(tmpdir(), 'sound-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  const make = (name: string, ...rest: Tail<Parameters<typeof makeSounding>>) =>
    makeSounding(join(root, name), ...rest);
  const hearNew = async (...args: Parameters<typeof make>): Promise<Heard> =>
    hear(tools, await make(...args), root);

  function expectLevelled({ integrated, truePeak }: Heard) {
    expect(integrated).to.be.closeTo(-16, 1);
    expect(truePeak).to.be.at.most(-1);
  }
  /** Levels of tones on either side, relative to the first one's on the left; −∞ for what is not to be heard. */
  function expectLevels(
    { left, right }: Heard,
    wanted: readonly (readonly [frequency: number, left: number, right: number])[],
    from?: number,
  ) {
    const reference = levelOf(left, wanted[0]?.[0] ?? Number.NaN, from);
    for (const [frequency, ...levels] of wanted) {
      [left, right].forEach((samples, side) => {
        const level = levelOf(samples, frequency, from) - reference;
        const meant = levels[side] ?? Number.NaN;
        if (meant === NONE) expect(level, `${frequency}`).to.be.below(-40);
        else expect(level, `${frequency}`).to.be.closeTo(meant, 0.5);
      });
    }
  }
  const NONE = Number.NEGATIVE_INFINITY;

  it('mixes 5.1 as ITU-R BS.775 says, without its woofer', async () => {
    const frequencies = [300, 500, 700, 60, 1100, 1300];
    const heard = await hearNew('six.mp4', tones('5.1', frequencies), AAC);
    expectLevelled(heard);
    expectLevels(heard, [
      [300, 0, NONE],
      [500, NONE, 0],
      [700, -3, -3],
      [60, NONE, NONE],
      [1100, -3, NONE],
      [1300, NONE, -3],
    ]);
  });

  it('hears the third of three channels that nobody named', async () => {
    const heard = await hearNew('three.mkv', tones('2.1', [300, 500, 700]), PCM);
    expectLevelled(heard);
    expectLevels(heard, [
      [300, 0, NONE],
      [500, NONE, 0],
      [700, -3, -3],
    ]);
  });

  it('takes what ffmpeg cannot mix for left and right', async () => {
    const heard = await hearNew('rear.mov', tones('BL+BR', [300, 500]), PCM);
    expectLevelled(heard);
    expectLevels(heard, [
      [300, 0, NONE],
      [500, NONE, 0],
    ]);
  });

  it('goes on in time and pitch where channels and rate change in mid-clip, after a pause', async () => {
    const parts = [
      await make('mono.ts', tones('mono', [300], 44_100), [...AAC, ...TS(10)]),
      await make('six.ts', tones('5.1', [800, 500, 700, 60, 1100, 1300]), [
        ...AAC,
        ...QUIETER,
        ...TS(12),
      ]),
    ];
    const path = join(root, 'changing.ts');
    await writeFile(path, Buffer.concat(await Promise.all(parts.map((part) => readFile(part)))));
    const heard = await hear(tools, path, root);
    expectLevelled(heard);
    expect(heard.degraded).to.deep.equal([]);
    expectLevels(
      heard,
      [
        [300, 0, 0],
        [800, NONE, NONE],
      ],
      0.5,
    );
    expectLevels(
      heard,
      [
        [800, 0, NONE],
        [700, -3, -3],
        [300, NONE, NONE],
      ],
      2.5,
    );
    const first = findTone(heard.right, 1300);
    expect(first).to.be.closeTo(2 + heard.source.video.start - heard.source.origin, 0.04);
  });

  it('is silent where sound is broken, and as long as the picture', async () => {
    const [adts, path] = [join(root, 'broken.aac'), join(root, 'broken.mp4')];
    await ffmpeg(['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=2', ...AAC, adts]);
    await writeFile(adts, breakAdts(await readFile(adts), 0.4, 0.7));
    const picture = await make('picture.mp4', 'anullsrc=r=48000', ['-an'], { seconds: 2 });
    await ffmpeg(['-i', picture, '-i', adts, '-c', 'copy', '-bsf:a', 'aac_adtstoasc', path]);
    const heard = await hear(tools, path, root);
    expect(heard.degraded).to.deep.equal(['AUDIO_ERRORS']);
    expect(heard.left.length / 48_000).to.be.closeTo(2, 1024 / 48_000);
    expect(loudnessBetween(heard.left, 0.9, 1.3)).to.be.below(-60);
    expect(levelOf(heard.left, 440, 0.2)).to.be.closeTo(levelOf(heard.left, 440, 1.45), 1);
  });

  it('levels sound that is shorter than what loudness is measured in', async () => {
    const quiet = 'aevalsrc=0.02*sin(2*PI*440*t):s=48000';
    expectLevelled(await hearNew('short.mp4', quiet, AAC, { soundSeconds: 0.3 }));
  });

  it('stays below the peak where encoding adds to it, and levels what encoding dulls', async () => {
    const claps = 'lt(mod(t,1.5),0.2)*exp(-60*mod(t,1.5))*(2*random(0)-1)+0.0008*(2*random(1)-1)';
    const clapped = await hearNew('claps.mov', `aevalsrc='${claps}':s=48000`, FLOATS, {
      seconds: 3,
    });
    expect(clapped.truePeak).to.be.at.most(-1);
    expect(clapped.integrated).to.be.within(-20, -15);
    expectLevelled(await hearNew('noise.mov', 'anoisesrc=r=48000:a=0.9', FLOATS));
  });

  it('leaves the noise between clicks quiet', async () => {
    const clicks = 'if(eq(mod(n,24000),1000),0.99,0.00173*(2*random(0)-1))';
    const heard = await hearNew('clicks.mov', `aevalsrc='${clicks}':s=48000`, FLOATS);
    expect(heard.truePeak).to.be.at.most(-1);
    expect(loudnessBetween(heard.left, 0.2, 0.45)).to.be.below(-36);
  });

  it('leaves out what is no sound in a recording in floats, and keeps what is above full scale', async () => {
    const odd = 'if(eq(n,30000),0/0,if(eq(n,40000),1/0,if(eq(n,50000),1e6,4*sin(2*PI*440*t))))';
    const heard = await hearNew('floats.mov', `aevalsrc='${odd}':s=48000`, FLOATS);
    expectLevelled(heard);
    expect(levelOf(heard.left, 1320)).to.be.below(levelOf(heard.left, 440) - 50);
  });

  it('takes an offset away', async () => {
    const offset = 'aevalsrc=0.6+0.05*sin(2*PI*440*t):s=48000';
    const heard = await hearNew('offset.mov', offset, PCM);
    expectLevelled(heard);
    expect(levelOf(heard.left, 0, 0.9)).to.be.below(-60);
  });
});

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

/** So that neither part is as loud as both. */
const QUIETER = ['-af', 'volume=-24dB'];
const TS = (start: number) => [
  ...['-muxdelay', '0', '-muxpreload', '0', '-output_ts_offset', `${start}`],
];
