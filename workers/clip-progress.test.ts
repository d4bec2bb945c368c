import { expect } from 'chai';

import { openClipProgress } from './clip-progress.js';

function screen(isTTY: boolean) {
  let text = '';
  const out = {
    isTTY,
    write: (chunk: string | Uint8Array) => {
      text += chunk;
      return true;
    },
  };
  return { out, text: () => text };
}

describe('showing how far a clip is', () => {
  it('writes each stage and the quarters of the encoding to a log', () => {
    const { out, text } = screen(false);
    const progress = openClipProgress(out);
    progress.report('admitting', 0);
    for (let at = 0; at <= 100; at++) progress.report('encoding', at / 100);
    progress.report('packaging', 0);
    progress.report('packaging', 1);
    progress.close();

    expect(text()).to.equal(
      'admitting\nencoding 0 %\nencoding 25 %\nencoding 50 %\nencoding 75 %\nencoding 100 %\npackaging\n',
    );
  });

  it('draws one bar over and over on a terminal, and takes it away', () => {
    const { out, text } = screen(true);
    const progress = openClipProgress(out);
    progress.report('encoding', 0.5);
    progress.report('packaging', 1);
    progress.close();

    expect(text()).to.not.contain('\n');
    expect(text()).to.contain(' 49 %  encoding');
    expect(text()).to.contain('100 %  packaging');
    expect(text().endsWith('\r\x1b[2K')).to.equal(true);
  });
});
