import { expect } from 'chai';

import {
  choosePoster,
  choosePosterInstants,
  choosePosterWidths,
  isTelling,
  lookAtFrame,
} from './poster.js';

const WIDTH = 32;
const HEIGHT = 24;

const frame = (paint: (x: number, y: number) => number) =>
  lookAtFrame(
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
      paint(at % WIDTH, Math.floor(at / WIDTH)),
    ),
    WIDTH,
    HEIGHT,
  );

const black = frame(() => 16);
const white = frame(() => 250);
const grey = frame(() => 120);
const picture = frame((x, y) => 60 + ((x * 37 + y * 59) % 140));
const blurred = frame((x, y) => 60 + (x / WIDTH) * 70 + (y / HEIGHT) * 70);
const dim = frame((x, y) => 18 + ((x * 37 + y * 59) % 30));

describe('choosing where to look for a poster', () => {
  it('spreads the candidates over the clip, away from both ends', () => {
    expect(choosePosterInstants(10_000)).to.deep.equal([1, 3.5, 6, 8.5]);
  });

  it('stays inside a clip of one frame', () => {
    for (const at of choosePosterInstants(40)) expect(at).to.be.within(0, 0.04);
  });
});

describe('judging a frame', () => {
  it('tells a picture from black, white and one flat colour', () => {
    expect([black, white, grey, picture, blurred, dim].map(isTelling)).to.deep.equal([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('measures brightness, contrast and sharpness', () => {
    expect(grey).to.include({ mean: 120, deviation: 0, sharpness: 0 });
    expect(picture.sharpness).to.be.greaterThan(10 * blurred.sharpness);
  });

  it('takes frames too small to have an inside', () => {
    expect(lookAtFrame(Uint8Array.of(0, 255, 255, 0), 2, 2)).to.include({
      mean: 127.5,
      sharpness: 0,
    });
  });
});

describe('choosing the poster', () => {
  it('takes the picture among black, white and flat frames', () => {
    expect(choosePoster([black, white, grey, picture])).to.equal(3);
  });

  it('prefers a sharp frame to a blurred one', () => {
    expect(choosePoster([blurred, picture, blurred])).to.equal(1);
  });

  it('prefers a well lit frame to a dim one', () => {
    expect(choosePoster([dim, picture])).to.equal(1);
  });

  it('takes a frame like most of the clip rather than an odd one', () => {
    const odd = frame((x, y) => ((x + y) % 2 === 0 ? 58 : 198));
    const usual = frame((x, y) => ((x + y) % 2 === 0 ? 88 : 168));
    const looks = [{ ...odd, deviation: 64 }, usual, usual, usual, usual, usual].map((look) => ({
      ...look,
      sharpness: 50,
    }));
    expect(choosePoster(looks)).to.equal(1);
  });

  it('takes a black frame where there is nothing else', () => {
    expect(choosePoster([black])).to.equal(0);
    expect(choosePoster([black, black])).to.equal(0);
  });
});

describe('choosing the widths of a poster', () => {
  it('keeps three widths of a wide clip', () => {
    expect(choosePosterWidths(1920)).to.deep.equal([320, 640, 1280]);
  });

  it('never upscales', () => {
    expect(choosePosterWidths(1080)).to.deep.equal([320, 640, 1080]);
    expect(choosePosterWidths(568)).to.deep.equal([320, 568]);
    expect(choosePosterWidths(2)).to.deep.equal([2]);
  });
});
