import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { until } from '../fixtures/until.js';
import { startSweeps } from './run-sweeps.js';

describe('running sweeps', () => {
  const log = { error: () => {} };

  it('runs each again and again, never twice at once', async () => {
    let [runs, now, most] = [0, 0, 0];
    const sweeps = startSweeps(
      [
        {
          name: 'count',
          everySeconds: 0.005,
          run: async () => {
            most = Math.max(most, ++now);
            await sleep(10);
            now -= 1;
            runs += 1;
          },
        },
      ],
      log,
    );
    await until(() => runs > 2);
    await sweeps.stop();
    expect(most).to.equal(1);
  });

  it('goes on after a failure', async () => {
    let runs = 0;
    const failing = async () => {
      runs += 1;
      throw new Error('the database is away');
    };
    const sweeps = startSweeps([{ name: 'fail', everySeconds: 0.005, run: failing }], log);
    await until(() => runs > 1);
    await sweeps.stop();
  });

  it('tells what each pass put right, and which failed', async () => {
    const told: Record<string, unknown> = {};
    const sweep = (name: string, run: () => Promise<unknown>) => ({ name, everySeconds: 60, run });
    const sweeps = startSweeps(
      [
        sweep('three', async () => 3),
        sweep('quiet', async () => undefined),
        sweep('broken', () => Promise.reject(new Error('no'))),
      ],
      log,
      ({ name, mended, seconds }) => {
        if (seconds >= 0) told[name] = mended;
      },
    );
    await until(() => Object.keys(told).length === 3);
    await sweeps.stop();
    expect(told).to.deep.equal({ three: 3, quiet: 0, broken: null });
  });

  it('waits for what runs when it is stopped, and tells it', async () => {
    let ended = false;
    const sweeps = startSweeps(
      [
        {
          name: 'slow',
          everySeconds: 60,
          run: async (signal) => {
            await sleep(60_000, undefined, { signal }).catch(() => {});
            ended = true;
          },
        },
      ],
      log,
    );
    await sleep(10);
    await sweeps.stop();
    expect(ended).to.equal(true);
  });
});
