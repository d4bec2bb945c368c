import { expect } from 'chai';

import { openServerClock } from './server-clock.js';

const NOON = Date.parse('2026-11-23T12:00:00.000Z');
const at = (ms: number) => new Date(NOON + ms).toISOString();

describe('knowing the server’s time', () => {
  let elapsed = 0;
  const open = () => {
    elapsed = 1_000;
    return openServerClock(() => elapsed);
  };

  it('knows none before it was told', () => {
    expect(open().now()).to.equal(null);
  });

  it('goes on from what was heard by its own stopwatch alone', () => {
    const clock = open();
    clock.hear(at(0));
    elapsed += 5_000;
    expect(clock.now()).to.equal(NOON + 5_000);
  });

  it('learns from an event that came faster than those before', () => {
    const clock = open();
    clock.hear(at(-300));
    clock.hear(at(-20));
    expect(clock.now()).to.equal(NOON - 20);
  });

  it('is not set back by an event that tells of a bid of yesterday', () => {
    const clock = open();
    clock.hear(at(0));
    clock.hear(at(-86_400_000));
    expect(clock.now()).to.equal(NOON);
  });

  it('is set back where an answer proves that it was ahead', () => {
    const clock = open();
    clock.hear(at(10_000));
    elapsed += 100;
    clock.hear(at(100), elapsed - 40);
    expect(clock.now()).to.equal(NOON + 140);
  });

  it('catches up after a sleep in which its stopwatch stood still', () => {
    const clock = open();
    clock.hear(at(0));
    clock.hear(at(600_000));
    expect(clock.now()).to.equal(NOON + 600_000);
  });
});
