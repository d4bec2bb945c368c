import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from 'chai';

import { writeHostileMedia } from '../fixtures/hostile-media.js';
import { makeClip } from '../fixtures/media.js';

const run = promisify(execFile);
const FIXTURES = join(import.meta.dirname, '../fixtures');
const SAMPLES = join(import.meta.dirname, '../../shared/media');

describe('admitting hostile media', () => {
  it('opens no connection and no file but the one it was given', async function () {
    this.timeout(120_000);
    const strace = (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'strace'))
      .find((path) => existsSync(path));
    if (!strace) {
      console.log('      skipped: no strace on this machine');
      return this.skip();
    }
    const mayTrace = await run(strace, ['-f', '-o', '/dev/null', '/bin/true']).then(
      () => true,
      () => false,
    );
    if (!mayTrace) {
      console.log('      skipped: this system lets no process look at another');
      return this.skip();
    }
    const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
    let connections = 0;
    const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    server.on('connection', () => connections++);
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const secret = await makeClip(folder, { seconds: 1, audio: false, name: 'secret.mp4' });
      const made = await writeHostileMedia(folder, { secret, url });
      const samples = existsSync(SAMPLES)
        ? readdirSync(SAMPLES).filter((name) => /^hostile_/.test(name))
        : [];
      const files = [...made, ...samples.map((name) => join(SAMPLES, name))];
      const trace = join(folder, 'trace');
      const { stdout } = await run(strace, [
        ...['-f', '-o', trace, '-e', 'trace=network,open,openat', process.execPath],
        ...['--import', 'tsx', join(FIXTURES, 'admit-files.ts'), ...files],
      ]);
      const calls = (await readFile(trace, 'latin1')).split('\n');
      const outcomes = stdout.trim().split('\n');
      expect(outcomes).to.have.length(files.length);
      for (const line of outcomes) expect(line).to.match(/^[A-Z]+(_[A-Z]+)*\t/);
      for (const path of made.filter((name) => !name.endsWith('reference.mov'))) {
        expect(outcomes.find((line) => line.endsWith(path))).to.not.match(/^ADMITTED/);
      }
      const isCalled = (name: string) =>
        calls.some((call) => call.includes(`"file:${name}`) || call.includes(`"${name}"`));
      expect(isCalled(made[0] ?? ''), 'the trace sees what is opened').to.equal(true);
      expect(isCalled(secret), 'another file').to.equal(false);
      expect(calls.filter((call) => /connect|sendto|sendmsg/.test(call) && /AF_INET/.test(call))).to
        .be.empty;
      expect(connections).to.equal(0);
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
