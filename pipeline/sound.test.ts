import { expect } from 'chai';

import { buildSource } from '../fixtures/source.js';
import {
  chooseLevel,
  countSoundFrames,
  encodeSoundCommand,
  guessCorrection,
  readLoudness,
} from './sound.js';

const summary = (integrated: string, peak: string) =>
  `[info] Summary:\n\n  Integrated loudness:\n    I:         ${integrated} LUFS\n    Threshold: -33.5 LUFS\n\n` +
  `  True peak:\n    Peak:       ${peak} dBFS\n`;

describe('measuring loudness', () => {
  it('reads the summary of the meter', () => {
    expect(readLoudness(summary('-23.4', '-3.1'))).to.deep.equal({
      integrated: -23.4,
      truePeak: -3.1,
    });
  });

  it('finds none in silence', () => {
    expect(readLoudness(summary('-70.0', '-inf'))).to.equal(null);
    expect(readLoudness('')).to.equal(null);
  });
});

describe('choosing a level', () => {
  it('brings loud and quiet clips to the same loudness', () => {
    expect(chooseLevel({ integrated: -6, truePeak: 0 })).to.deep.equal({
      gainDb: -10,
      isLimited: false,
    });
    expect(chooseLevel({ integrated: -26, truePeak: -20 })).to.deep.equal({
      gainDb: 10,
      isLimited: false,
    });
  });

  it('limits peaks that would pass the true-peak bound', () => {
    expect(chooseLevel({ integrated: -26, truePeak: -3 }).isLimited).to.equal(true);
  });

  it('expects limiting to take more from sound whose peaks stand far out', () => {
    expect(guessCorrection({ integrated: -20, truePeak: -5 })).to.equal(0);
    expect(guessCorrection({ integrated: -21, truePeak: 0.5 })).to.be.closeTo(0.9, 0.01);
  });

  it('leaves the noise of a quiet room quiet', () => {
    expect(chooseLevel({ integrated: -68, truePeak: -60 }).gainDb).to.be.below(4);
    expect(chooseLevel({ integrated: -48, truePeak: -40 }).gainDb).to.equal(30);
  });

  it('leaves silence alone', () => {
    expect(chooseLevel(null)).to.deep.equal({ gainDb: 0, isLimited: false });
  });
});

describe('encoding sound', () => {
  const filtersOf = (audioStart: number, origin: number) => {
    const source = buildSource({ origin, audio: { start: audioStart } });
    const audio = source.audio ?? expect.fail('the source has sound');
    const level = { gainDb: 3, isLimited: false };
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
