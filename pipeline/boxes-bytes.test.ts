import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { readMovie } from './boxes.js';
import { BoxError, bufferSource, keepWindow, openFileSource } from './boxes-bytes.js';
import { packSound } from './sound-boxes.js';

describe('reading boxes of a file', () => {
  it('reads the headers of half a gigabyte without its media', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boxes-'));
    const path = join(folder, 'huge.mp4');
    const file = await open(path, 'w');
    try {
      const size = 500 * 1024 * 1024;
      const start = packSound([Buffer.alloc(8)]);
      const mdat = start.lastIndexOf('mdat') - 4;
      start.writeUInt32BE(size - mdat, mdat);
      await file.write(start, 0);
      await file.truncate(size);
      const source = await openFileSource(path);
      const before = process.memoryUsage().arrayBuffers;
      const { fragments, headerSize } = await readMovie(source);
      expect(fragments[0]?.size).to.equal(size - headerSize);
      expect(process.memoryUsage().arrayBuffers - before).to.be.below(1024 * 1024);
      await source.close();
    } finally {
      await file.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('keeping a window', () => {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

  function countReads(windowBytes: number) {
    const whole = bufferSource(bytes);
    const reads: number[] = [];
    const read = (offset: number, length: number) => {
      reads.push(length);
      return whole.read(offset, length);
    };
    return { reads, source: keepWindow({ size: whole.size, read }, windowBytes) };
  }

  it('answers neighbouring reads with one', async () => {
    const { reads, source } = countReads(32);
    const found = [await source.read(10, 4), await source.read(14, 8), await source.read(10, 32)];
    expect(found.map((part) => part[0])).to.deep.equal([10, 14, 10]);
    expect(reads).to.deep.equal([32]);
  });

  it('reads anew outside of it, and never past the end', async () => {
    const { reads, source } = countReads(32);
    await source.read(10, 4);
    expect((await source.read(90, 10))[9]).to.equal(99);
    expect((await source.read(5, 60)).length).to.equal(60);
    expect(reads).to.deep.equal([32, 10, 60]);
  });

  it('refuses what is not there', async () => {
    const { source } = countReads(32);
    for (const [offset, length] of [
      [99, 2],
      [-1, 1],
      [0, -1],
      [Number.NaN, 1],
    ] as const) {
      const error = await source.read(offset, length).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(BoxError);
    }
  });
});
