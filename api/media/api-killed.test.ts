import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect } from 'chai';

import { openSlowLine } from '../../fixtures/slow-line.js';
import { useApp } from '../../fixtures/test-app.js';
import { bytesOf, draftOf, storedBytes, uploadByClient } from '../../fixtures/tus.js';

describe('killing the API in the middle of an upload', () => {
  const app = useApp();

  async function startApi(env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; port: number }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const chunk of child.stdout ?? []) {
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(String(chunk))?.[1];
      if (port) {
        child.stdout?.resume();
        return { child, port: Number(port) };
      }
    }
    throw new Error(`The API ended with ${child.exitCode}`);
  }

  it('costs some bytes and nothing else', async function () {
    this.timeout(40_000);
    const { config } = app().context;
    const env = {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      DATABASE_URL: config.database.url ?? '',
      DATA_DIR: config.dataDir,
      QUEUE_PREFIX: config.queue.prefix,
      UPLOAD_MIN_FREE_BYTES: '0',
      PORT: '0',
    };
    const alice = await app().signUp();
    const storyId = await draftOf(app(), alice);
    const whole = bytesOf(6_000_000);
    const first = await startApi(env);
    const line = await openSlowLine(first.port);
    let second: { child: ChildProcess; port: number } | undefined;
    try {
      let killed = false;
      const address = await uploadByClient(
        whole,
        {
          endpoint: `${line.url}/api/v1/uploads`,
          // In one piece: the kill comes in the middle of a request, while its lock is held.
          onProgress: (sent) => {
            if (killed || sent < 1_000_000) return;
            killed = true;
            first.child.kill('SIGKILL');
            line.cut();
            void startApi(env).then((api) => {
              second = api;
              line.port = api.port;
            });
          },
        },
        alice,
        storyId,
      );
      expect(killed).to.equal(true);
      expect((await storedBytes(app(), address)).equals(whole)).to.equal(true);
      expect(await app().context.db('media_files')).to.have.length(1);
      expect(await app().context.db('media_files').first()).to.include({ attempt: 1 });
    } finally {
      await line.close();
      for (const { child } of [first, ...(second ? [second] : [])]) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await once(child, 'exit');
        }
      }
    }
  });
});
