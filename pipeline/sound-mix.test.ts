import { expect } from 'chai';

import { listMixes } from './sound-mix.js';

describe('mixing channels to two', () => {
  it('leaves layouts to ffmpeg, and takes the first two channels where it refuses', () => {
    const [first, second] = listMixes({ channels: 6, layout: '5.1' });
    expect(first).to.deep.equal([]);
    expect(second).to.deep.equal(['aeval=val(0)|val(1):c=stereo']);
  });

  it('hears three unnamed channels as left, right and centre', () => {
    const [[three] = []] = listMixes({ channels: 3, layout: null });
    expect(three).to.contain('0.7071*c2');
    expect(listMixes({ channels: 3, layout: '2.1' })[0]).to.deep.equal([]);
  });

  it('takes the first two of more channels than there are loudspeakers', () => {
    expect(listMixes({ channels: 16, layout: null })).to.have.lengthOf(1);
  });

  it('puts one channel on both sides', () => {
    expect(listMixes({ channels: 1, layout: 'odd' })[1]?.[0]).to.contain('val(0)|val(0)');
  });
});
