import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect } from 'chai';

describe('running until told to stop', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops in reverse order on ${signal}`, async () => {
      const child = await run('serve');
      child.process.kill(signal);
      expect(await child.end()).to.equal(0);
      expect(child.output()).to.equal('started\nsecond stopped, told\nfirst stopped\n');
    });
  }

  it('tells its parent that it is ready, and stops when the parent goes', async () => {
    const child = await run('serve');
    expect(await child.ready).to.deep.equal({ type: 'ready' });
    child.process.disconnect();
    expect(await child.end()).to.equal(0);
    expect(child.output()).to.include('first stopped');
  });

  it('stops what had started where the rest cannot', async () => {
    const child = await run('fail');
    expect(await child.end()).to.equal(1);
    expect(child.output()).to.include('no port').and.include('first stopped');
  });

  it('stops the rest where one part cannot stop, and says so', async () => {
    const child = await run('break');
    child.process.kill('SIGTERM');
    expect(await child.end()).to.equal(1);
    expect(child.output()).to.include('first stopped');
  });

  it('ends at the deadline', async () => {
    const child = await run('hang');
    child.process.kill('SIGTERM');
    expect(await child.end()).to.equal(1);
    expect(child.output()).to.include('did not stop in time');
  });

  it('logs an uncaught rejection and ends', async () => {
    const child = await run('crash');
    expect(await child.end()).to.equal(1);
    expect(child.output()).to.include('unforeseen').and.include('"level":"fatal"');
  });
});

async function run(act: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'fixtures/lifecycle-process.ts', act], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (!child.stdout) throw new Error('no pipe');
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ready = once(child, 'message').then(([message]) => message);
  // 'close' never comes after disconnect().
  const closed = Promise.all([once(child, 'exit'), once(child.stdout, 'end')]);
  if (act !== 'fail') await Promise.race([ready, closed]);
  return {
    process: child,
    ready,
    output: () => output,
    end: async () => (await closed)[0][0],
  };
}
