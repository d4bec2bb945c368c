import { expect } from 'chai';
import fc from 'fast-check';

import { isJpegCutShort, sniffImage } from './image-format.js';
import { chooseImageSizes, IMAGE_PURPOSES } from './images.js';

const side = fc.integer({ min: 16, max: 50_000 });

describe('choosing the sizes of a picture', () => {
  it('enlarges nothing, ascends, keeps the shape and bounds what is tall', () => {
    fc.assert(
      fc.property(fc.constantFrom(...IMAGE_PURPOSES), side, side, (purpose, width, height) => {
        const sizes = chooseImageSizes(purpose, { width, height });
        expect(sizes).not.to.be.empty;
        for (const [at, size] of sizes.entries()) {
          expect(size.width).to.be.within(1, Math.min(width, 1_920));
          expect(size.height).to.be.within(1, Math.min(height, 4 * 1_920));
          expect(size.width).to.be.greaterThan(sizes[at - 1]?.width ?? 0);
          if (purpose === 'avatar') expect(size.width).to.equal(size.height);
        }
      }),
    );
  });

  it('keeps a small picture at its own size', () => {
    const sizes = chooseImageSizes('section', { width: 500, height: 333 });
    expect(sizes).to.deep.equal([
      { width: 320, height: 213 },
      { width: 500, height: 333 },
    ]);
  });
});

describe('telling a picture’s format', () => {
  it('has a verdict on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(sniffImage(Buffer.from(bytes))).to.be.a('string');
        } catch (error) {
          expect(error).to.have.property('name', 'MediaError');
        }
        expect(isJpegCutShort(Buffer.from([0xff, 0xd8, ...bytes]))).to.be.a('boolean');
      }),
    );
  });

  it('takes a film in ISO boxes for none', () => {
    const film = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
    expect(() => sniffImage(film))
      .to.throw()
      .with.property('code', 'UNSUPPORTED_FORMAT');
  });
});
