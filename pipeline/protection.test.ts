import { expect } from 'chai';

import { box, fullBox } from '../fixtures/boxes.js';
import { isProtected } from './protection.js';

const entry = (type: string) => fullBox('stsd', 0, 0, 1, box(type, Buffer.alloc(78)));
const track = (type: string) => box('trak', box('mdia', box('minf', box('stbl', entry(type)))));

describe('looking for copy protection', () => {
  it('finds it by the names of the tracks’ entries', () => {
    for (const type of ['encv', 'enca', 'drmi', 'drms']) {
      expect(isProtected(Buffer.concat([track('avc1'), track(type)])), type).to.be.true;
    }
    expect(isProtected(Buffer.concat([track('avc1'), track('mp4a')]))).to.be.false;
  });

  it('looks no deeper than players do, so that nesting costs no stack', () => {
    const nest = (depth: number) =>
      Array.from({ length: depth }).reduce((inner: Buffer) => box('moov', inner), track('encv'));
    expect(isProtected(nest(2))).to.be.true;
    expect(isProtected(nest(2000))).to.be.false;
  });
});
