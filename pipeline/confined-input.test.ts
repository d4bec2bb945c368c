import { expect } from 'chai';

import { ownInput, requireConfined } from './confined-input.js';
import { CONTAINERS } from './sniff.js';
import { probeInput, sourceInput } from './source-input.js';

describe('confining an input', () => {
  const good = sourceInput('mov');
  const without = (name: string) => {
    const at = good.indexOf(name);
    return good.toSpliced(at, 2);
  };
  const instead = (name: string, value: string) => good.with(good.indexOf(name) + 1, value);

  it('is done for every container, for both programs and for files in between', () => {
    for (const container of CONTAINERS) {
      requireConfined(sourceInput(container));
      requireConfined(probeInput(container, ['wmalossless']));
    }
    requireConfined(ownInput('wav', ['pcm_f32le']));
  });

  it('takes nothing away', () => {
    for (const name of ['-protocol_whitelist', '-format_whitelist', '-f', '-codec_whitelist']) {
      expect(() => requireConfined(without(name)), name).to.throw('not confined');
    }
    const probe = probeInput('mov');
    const subtitles = probe.toSpliced(probe.indexOf('-scodec_whitelist'), 2);
    expect(() => requireConfined(subtitles)).to.throw('not confined');
  });

  it('lets nothing in besides', () => {
    const loose = [
      instead('-protocol_whitelist', 'file,http'),
      instead('-format_whitelist', 'mov,hls'),
      instead('-f', 'hls'),
      [...good, '-protocol_whitelist', 'file'],
    ];
    for (const options of loose) expect(() => requireConfined(options)).to.throw('not confined');
  });

  it('names no decoder that opens other files', () => {
    const names = [...sourceInput('mov'), ...probeInput('mov')].join(',').split(',');
    for (const name of ['ansi', 'svg', 'librsvg', 'hls', 'concat']) {
      expect(names).to.not.include(name);
    }
    expect(sourceInput('mov').join(' ')).to.contain('-enable_drefs 0 -use_absolute_path 0');
  });
});
