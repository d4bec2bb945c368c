import { expect } from 'chai';
import fc from 'fast-check';

import { type BoxContent, box, fullBox, u16, u64 } from '../fixtures/boxes.js';
import { readInit, readMovie } from './boxes.js';
import { BoxError, bufferSource } from './boxes-bytes.js';
import { packSound } from './sound-boxes.js';

const frames = (count: number) =>
  Array.from({ length: count }, (_, size) => Buffer.alloc(20 + size));
const sound = packSound(frames(300));

const [DATA_OFFSET, FIRST_FLAGS] = [0x1, 0x4];
const [DURATION, SIZE, FLAGS, COMPOSITION] = [0x100, 0x200, 0x400, 0x800];
const NOT_SYNC = 0x10000;

/** A track of pictures whose defaults are: 512 long, 10 bytes, not a keyframe. */
const moov = box(
  'moov',
  fullBox('mvhd', 0, 0, 0, 0, 1000, 0),
  box(
    'trak',
    fullBox('tkhd', 0, 3, 0, 0, 7, 0, 0, Buffer.alloc(52), 640 << 16, 360 << 16),
    box('edts', fullBox('elst', 0, 0, 2, 40, -1, 1 << 16, 0, 512, 1 << 16)),
    box(
      'mdia',
      fullBox('mdhd', 0, 0, 0, 0, 15_360, 0),
      fullBox('hdlr', 0, 0, 0, 'vide', Buffer.alloc(13)),
      box('minf', box('stbl', fullBox('stsd', 0, 0, 1, box('vp09', Buffer.alloc(78))))),
    ),
  ),
  box('mvex', fullBox('trex', 0, 0, 7, 1, 512, 10, NOT_SYNC)),
);

/** One moof of one run, and its data. */
function fragment(traf: readonly Buffer[], dataSize: number): Buffer {
  const moof = box('moof', fullBox('mfhd', 0, 0, 1), box('traf', ...traf));
  return Buffer.concat([moof, box('mdat', Buffer.alloc(dataSize))]);
}
const tfhd = (flags = 0x020000, ...content: BoxContent[]) =>
  fullBox('tfhd', 0, flags, 7, ...content);
const trun = (version: number, flags: number, ...content: BoxContent[]) =>
  fullBox('trun', version, flags, ...content);

async function readSamples(traf: readonly Buffer[], dataSize: number) {
  const file = Buffer.concat([moov, fragment(traf, dataSize)]);
  const { fragments } = await readMovie(bufferSource(file));
  return fragments[0]?.tracks[0]?.samples ?? [];
}

async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(BoxError);
  return (error as BoxError).message;
}

describe('reading boxes', () => {
  it('finds the fragments of a file, end to end', async () => {
    const { headerSize, fragments } = await readMovie(bufferSource(sound));
    expect(fragments).to.have.length(2);
    expect(fragments[0]?.offset).to.equal(headerSize);
    const ends = fragments.map(({ offset, size }) => offset + size);
    expect(ends).to.deep.equal([fragments[1]?.offset, sound.length]);
  });

  it('finds every sample with its place and time', async () => {
    const { fragments } = await readMovie(bufferSource(sound));
    const [first, second] = fragments.map(({ tracks }) => tracks[0]);
    expect(first?.samples).to.have.length(188);
    expect(second?.baseDecodeTime).to.equal(188 * 1024);
    const samples = [first, second].flatMap((track) => track?.samples ?? []);
    expect(samples.map(({ size }) => size)).to.deep.equal(frames(300).map(({ length }) => length));
    expect(samples.every(({ duration, isSync }) => duration === 1024 && isSync)).to.be.true;
  });

  it('reads the header of a track', async () => {
    const { header } = await readInit(bufferSource(moov));
    expect(header).to.deep.include({ timescale: 1000, hasMetadata: false });
    expect(header.tracks[0]).to.deep.include({
      ...{ id: 7, kind: 'video', timescale: 15_360, width: 640, height: 360 },
      edits: [
        { duration: 40, mediaTime: -1 },
        { duration: 0, mediaTime: 512 },
      ],
    });
  });

  it('tells tags that say something from empty ones', async () => {
    const withTags = async (...tags: Buffer[]) => {
      const grown = box('moov', moov.subarray(8), ...tags);
      return (await readInit(bufferSource(grown))).header.hasMetadata;
    };
    const hdlr = fullBox('hdlr', 0, 0, 0, 'mdir', Buffer.alloc(13));
    expect(await withTags(box('udta', fullBox('meta', 0, 0, hdlr, box('ilst'))))).to.be.false;
    expect(await withTags(box('udta', box('©xyz', '+51.5-000.1/')))).to.be.true;
    const tool = box('©too', box('data', 1, 0, 'tool'));
    expect(await withTags(box('udta', fullBox('meta', 0, 0, hdlr, box('ilst', tool))))).to.be.true;
  });
});

describe('reading the run of a fragment', () => {
  const tfdt = fullBox('tfdt', 0, 0, 0);

  it('takes what it leaves out from the track', async () => {
    const samples = await readSamples([tfhd(), tfdt, trun(0, DATA_OFFSET, 2, 92)], 20);
    expect(samples).to.deep.equal([
      { offset: moov.length + 92, size: 10, duration: 512, isSync: false, compositionOffset: 0 },
      { offset: moov.length + 102, size: 10, duration: 512, isSync: false, compositionOffset: 0 },
    ]);
  });

  it('prefers the fragment’s defaults to the track’s', async () => {
    const header = tfhd(0x020038, 1024, 4, 0);
    const samples = await readSamples([header, tfdt, trun(0, DATA_OFFSET, 1, 104)], 4);
    expect(samples[0]).to.include({ size: 4, duration: 1024, isSync: true });
  });

  it('lets the first sample differ', async () => {
    const run = trun(0, DATA_OFFSET | FIRST_FLAGS, 2, 96, 0);
    const samples = await readSamples([tfhd(), tfdt, run], 20);
    expect(samples.map(({ isSync }) => isSync)).to.deep.equal([true, false]);
  });

  it('reads every field of every sample', async () => {
    const flags = DATA_OFFSET | DURATION | SIZE | FLAGS | COMPOSITION;
    const run = trun(1, flags, 2, 124, ...[100, 3, 0, -50], ...[200, 4, NOT_SYNC, 50]);
    expect(await readSamples([tfhd(), tfdt, run], 7)).to.deep.equal([
      { offset: moov.length + 124, size: 3, duration: 100, isSync: true, compositionOffset: -50 },
      { offset: moov.length + 127, size: 4, duration: 200, isSync: false, compositionOffset: 50 },
    ]);
  });

  it('takes offsets of version 0 as positive', async () => {
    const run = trun(0, DATA_OFFSET | COMPOSITION, 1, 96, -1);
    expect((await readSamples([tfhd(), tfdt, run], 10))[0]?.compositionOffset).to.equal(0xffffffff);
  });

  it('counts from an absolute base where there is one', async () => {
    const header = tfhd(0x000001, u64(moov.length + 100));
    const samples = await readSamples([header, tfdt, trun(0, DATA_OFFSET, 1, 4)], 14);
    expect(samples[0]?.offset).to.equal(moov.length + 104);
  });

  it('lays a second run behind the first', async () => {
    const runs = [trun(0, DATA_OFFSET, 1, 108), trun(0, 0, 1)];
    const samples = await readSamples([tfhd(), tfdt, ...runs], 20);
    expect(samples.map(({ offset }) => offset - moov.length)).to.deep.equal([108, 118]);
  });

  it('reads decode times of 64 bits, and does without any', async () => {
    const timeOf = async (...boxes: Buffer[]) => {
      const file = Buffer.concat([moov, fragment([tfhd(), ...boxes], 0)]);
      return (await readMovie(bufferSource(file))).fragments[0]?.tracks[0]?.baseDecodeTime;
    };
    expect(await timeOf(fullBox('tfdt', 1, 0, u64(2 ** 40)))).to.equal(2 ** 40);
    expect(await timeOf()).to.equal(null);
  });
});

describe('refusing broken boxes', () => {
  const tfdt = fullBox('tfdt', 0, 0, 0);

  it('says what is wrong', async () => {
    const file = (...parts: Buffer[]) => readMovie(bufferSource(Buffer.concat(parts)));
    expect(await refusal(file())).to.equal('There is no moov box');
    expect(await refusal(file(Buffer.from([0, 0, 0, 4, 0x6d, 0x6f, 0x6f, 0x76])))).to.include(
      'claims 4',
    );
    expect(await refusal(file(moov.subarray(0, 60)))).to.include('claims');
    expect(await refusal(file(moov, u16(0, 1)))).to.include('cut off');
  });

  it('takes no sample from outside the fragment', async () => {
    expect(await refusal(readSamples([tfhd(), tfdt, trun(0, DATA_OFFSET, 9, 92)], 20))).to.include(
      'outside the fragment',
    );
  });

  it('believes no run of millions', async () => {
    const run = trun(0, DATA_OFFSET, 0x7fffffff, 92);
    expect(await refusal(readSamples([tfhd(0x020010, 0), tfdt, run], 20))).to.include('2147483647');
  });

  it('takes no fragment of an unknown track', async () => {
    const stranger = fullBox('tfhd', 0, 0x020000, 9);
    expect(await refusal(readSamples([stranger, tfdt], 0))).to.include('track 9');
  });

  it('never fails otherwise, whatever the bytes', async () => {
    const whole = Buffer.concat([moov, sound, fragment([tfhd(), tfdt], 4)]);
    const position = fc.nat({ max: whole.length - 1 });
    const flips = fc.array(fc.tuple(position, fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    const words = fc.array(
      fc.tuple(position, fc.constantFrom(0, 1, 7, 8, 0x7fffffff, 0xffffffff)),
      {
        maxLength: 3,
      },
    );
    const property = fc.asyncProperty(flips, words, position, async (bytes, sizes, end) => {
      const file = Buffer.from(whole);
      for (const [at, value] of bytes) file.writeUInt8(value, at);
      for (const [at, value] of sizes) file.writeUInt32BE(value, Math.min(at, file.length - 4));
      await readMovie(bufferSource(file.subarray(0, file.length - (end % 64)))).catch(
        onlyBoxErrors,
      );
    });
    await fc.assert(property, { numRuns: 1500 });
  });

  it('never fails otherwise on noise', async () => {
    const types = fc.constantFrom('moov', 'trak', 'moof', 'traf', 'trun', 'stsd', 'elst', 'mdat');
    const noise = fc.array(fc.tuple(types, fc.uint8Array({ maxLength: 64 })), { maxLength: 6 });
    const property = fc.asyncProperty(noise, async (parts) => {
      const boxes = parts.map(([type, bytes]) => box(type, Buffer.from(bytes)));
      await readMovie(bufferSource(Buffer.concat(boxes))).catch(onlyBoxErrors);
    });
    await fc.assert(property, { numRuns: 500 });
  });
});

const onlyBoxErrors = (error: unknown) => expect(error).to.be.instanceOf(BoxError);
