import { resolve } from 'node:path';

import { expect } from 'chai';
import { tryOnEmbeddedShapeOnly } from '../../../fixtures/embedded-shape.js';
import { until } from '../../../fixtures/until.js';
import { openLogger } from '../logger.js';
import { isAlive } from './process-identity.js';
import { type SupervisedProcess, superviseProcess } from './supervise-process.js';

describe('supervising a process', () => {
  tryOnEmbeddedShapeOnly();
  let supervised: SupervisedProcess | null = null;
  const printed: string[] = [];
  afterEach(async () => {
    await supervised?.stop();
    supervised = null;
    printed.length = 0;
  });
  const supervise = (act: string, stopSeconds = 5) => {
    supervised = superviseProcess({
      name: 'sample',
      entry: resolve('fixtures/lifecycle-process.ts'),
      env: { ...process.env, ACT: act },
      log: openLogger({ level: 'silent', pretty: false }, { process: 'standalone' }),
      print: (line) => printed.push(line),
      stopSeconds,
    });
    return supervised;
  };

  it('hands on what it prints, and stops it in order', async () => {
    const { ready, stop } = supervise('serve');
    await ready;
    await stop();
    expect(printed).to.deep.equal(['started', 'second stopped, told', 'first stopped']);
  });

  it('starts it again after kill -9', async () => {
    const { ready, pid } = supervise('serve');
    await ready;
    const first = pid();
    process.kill(first ?? 0, 'SIGKILL');
    await until(() => printed.filter((line) => line === 'started').length === 2);
    expect(pid()).to.be.a('number').and.not.equal(first);
  });

  it('gives up, saying why, where it never starts', async () => {
    const failure = await supervise('fail').ready.catch((err: Error) => err.message);
    expect(failure).to.include('sample does not start').and.include('no port');
  });

  it('kills what does not stop in time', async () => {
    const { ready, pid, stop } = supervise('hang', 0.2);
    await ready;
    const hanging = pid() ?? 0;
    await stop();
    expect(isAlive(hanging)).to.equal(false);
  });
});
