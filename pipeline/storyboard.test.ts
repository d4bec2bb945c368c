import { expect } from 'chai';
import fc from 'fast-check';

import { layOutStoryboard, writeStoryboardVtt } from './storyboard.js';

const everyTwoSeconds = (count: number) => Array.from({ length: count }, (_, at) => at * 2000);

describe('laying out a storyboard', () => {
  it('gives every keyframe of a short clip a tile', () => {
    const board = layOutStoryboard({
      keyframesMs: everyTwoSeconds(12),
      durationMs: 23_500,
      width: 426,
      height: 240,
    });

    expect(board).to.include({ columns: 10, rows: 2, tileWidth: 160, tileHeight: 90, every: 1 });
    expect(board.cues).to.have.lengthOf(12);
    expect(board.cues[11]).to.deep.equal({ startMs: 22_000, endMs: 23_500, x: 160, y: 90 });
  });

  it('keeps a portrait clip portrait', () => {
    const board = layOutStoryboard({
      keyframesMs: [0],
      durationMs: 900,
      width: 240,
      height: 426,
    });

    expect(board).to.include({ columns: 1, rows: 1, tileWidth: 90, tileHeight: 160 });
  });

  it('thins a long clip out to a hundred tiles at most', () => {
    const board = layOutStoryboard({
      keyframesMs: everyTwoSeconds(210),
      durationMs: 420_000,
      width: 426,
      height: 240,
    });

    expect(board).to.include({ columns: 10, rows: 7, every: 3 });
    expect(board.cues).to.have.lengthOf(70);
    expect(board.cues[1]).to.include({ startMs: 6000, endMs: 12_000 });
  });

  it('never enlarges a tiny clip', () => {
    const board = layOutStoryboard({ keyframesMs: [0], durationMs: 40, width: 2, height: 2 });

    expect(board).to.include({ tileWidth: 2, tileHeight: 2 });
    expect(board.cues).to.deep.equal([{ startMs: 0, endMs: 40, x: 0, y: 0 }]);
  });

  it('covers the whole clip without a gap, inside the sheet, whatever the keyframes', () => {
    const keyframes = fc.uniqueArray(fc.integer({ min: 1, max: 500_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(keyframes, fc.integer({ min: 1, max: 500_000 }), (later, durationMs) => {
        const keyframesMs = [0, ...later.sort((a, b) => a - b)];
        const board = layOutStoryboard({ keyframesMs, durationMs, width: 640, height: 360 });

        expect(board.cues.length).to.be.within(1, 100);
        expect(board.cues[0]?.startMs).to.equal(0);
        expect(board.cues.at(-1)?.endMs).to.equal(durationMs);
        for (const [index, cue] of board.cues.entries()) {
          expect(cue.endMs).to.be.greaterThan(cue.startMs);
          expect(cue.endMs).to.equal(board.cues[index + 1]?.startMs ?? durationMs);
          expect(cue.x + board.tileWidth).to.be.at.most(board.columns * board.tileWidth);
          expect(cue.y + board.tileHeight).to.be.at.most(board.rows * board.tileHeight);
        }
      }),
    );
  });
});

describe('writing the storyboard map', () => {
  it('points each cue at its tile', () => {
    const board = layOutStoryboard({
      keyframesMs: [0, 2000],
      durationMs: 3_723_004,
      width: 1280,
      height: 720,
    });

    expect(writeStoryboardVtt(board, 'storyboard.jpg')).to.equal(
      [
        'WEBVTT',
        '',
        '00:00:00.000 --> 00:00:02.000',
        'storyboard.jpg#xywh=0,0,160,90',
        '',
        '00:00:02.000 --> 01:02:03.004',
        'storyboard.jpg#xywh=160,0,160,90',
        '',
      ].join('\n'),
    );
  });
});
