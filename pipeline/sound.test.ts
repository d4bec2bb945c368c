import { expect } from 'chai';

import { buildSource } from '../fixtures/source.js';
import { countSoundFrames, encodeSoundCommand } from './sound.js';

describe('encoding sound', () => {
  const filtersOf = (audioStart: number, origin: number) => {
    const source = buildSource({ origin, audio: { start: audioStart } });
    const audio = source.audio ?? expect.fail('the source has sound');
    const level = { gainDb: 3, limitDbtp: null };
    const command = encodeSoundCommand(source, audio, level, '/a.wav', '/a.aac', 4000);
    return command.outputs[0]?.options[1];
  };

  it('leaves out the samples by which the encoder delays, and ends with the picture', () => {
    expect(filtersOf(0, 0)).to.equal(
      `volume=3.00dB,apad,atrim=start_sample=1024:end_sample=${190 * 1024}`,
    );
  });

  it('fills the time before late sound with silence', () => {
    expect(filtersOf(10.5, 10)).to.contain('adelay=24000S|24000S,apad');
  });

  it('covers a clip with the nearest number of frames', () => {
    expect(countSoundFrames(4000)).to.equal(188);
    expect(countSoundFrames(1)).to.equal(1);
  });
});
