import { expect } from 'chai';
import fc from 'fast-check';

import { readMovie } from './boxes.js';
import { BoxError, type ByteSource, bufferSource } from './boxes-bytes.js';
import { packSound } from './sound-boxes.js';

const sound = packSound(Array.from({ length: 300 }, (_, size) => Buffer.alloc(20 + size)));

/** Notes every read, and whether it lay within. */
function watch(bytes: Buffer) {
  const source = bufferSource(bytes);
  const seen = { bytes: 0, strays: 0 };
  const watched: ByteSource = {
    size: source.size,
    read: (offset, length) => {
      seen.bytes += length;
      if (offset < 0 || length < 0 || offset + length > bytes.length) seen.strays++;
      return source.read(offset, length);
    },
  };
  return { seen, watched };
}

describe('reading boxes of damaged files', () => {
  const position = fc.nat({ max: sound.length - 1 });
  const damage = fc.array(
    fc.tuple(position, fc.constantFrom(0, 1, 7, 8, 9, 16, 255, 0x7fffffff, 0xffffffff)),
    { maxLength: 6 },
  );

  it('asks for no byte outside, and for few more than there are', async () => {
    const property = fc.asyncProperty(damage, position, async (words, end) => {
      const file = Buffer.from(sound);
      for (const [at, value] of words) file.writeUInt32BE(value, Math.min(at, file.length - 4));
      const { seen, watched } = watch(file.subarray(0, end));
      await readMovie(watched).catch((error: unknown) => expect(error).to.be.instanceOf(BoxError));
      expect(seen.strays).to.equal(0);
      // A header of 16 bytes is read where a box has but 8, and its content once.
      expect(seen.bytes).to.be.at.most(3 * file.length + 16);
    });
    await fc.assert(property, { numRuns: 500 });
  });
});
