import { expect } from 'chai';
import fc from 'fast-check';

import { fromPublicId, newId, toPublicId } from './ids.js';

describe('naming things', () => {
  it('gives UUIDv7s that sort by age', async () => {
    const first = newId();
    await new Promise((resolve) => setTimeout(resolve, 2));
    const second = newId();
    expect(first).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second > first).to.equal(true);
  });

  it('sorts those of one instant too, however many', () => {
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids.toSorted()).to.deep.equal(ids);
    expect(new Set(ids)).to.have.property('size', ids.length);
  });

  it('brings every UUID through its public form and back', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(fromPublicId('media', toPublicId('media', uuid))).to.equal(uuid);
      }),
    );
  });

  it('writes what the specification of TypeIDs has as its example', () => {
    expect(toPublicId('user', '01890a5d-ac96-774b-bcce-b302099a8057')).to.equal(
      'user_01h455vb4pex5vsknk084sn02q',
    );
  });

  it('knows one spelling of an id only', () => {
    const id = toPublicId('media', newId());
    for (const wrong of [
      id.toUpperCase(),
      id.replace('media', 'story'),
      `${id} `,
      id.slice(0, -1),
      `media_${'z'.repeat(26)}`,
      `media_${'0'.repeat(25)}u`,
      `media_${'\0'.repeat(26)}`,
      '',
      'media_',
    ]) {
      expect(fromPublicId('media', wrong), wrong).to.equal(null);
    }
  });

  it('throws at nothing that a client may send', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fromPublicId('user', text)).to.equal(null);
      }),
    );
  });
});
