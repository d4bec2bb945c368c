import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { until } from '../fixtures/until.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { openFfmpeg } from './ffmpeg.js';

const SANDBOX = join(import.meta.dirname, 'sandbox.sh');
const MEGABYTE = 1024 ** 2;

interface Limits {
  cpu?: number;
  memory?: number;
  file?: number;
}
interface Ended {
  stdout: string;
  stderr: string;
  code: unknown;
  signal: string | null;
}

/** Runs a program under the sandbox, with its input closed. */
function inside(
  command: readonly string[],
  limits: Limits = {},
  sandbox = SANDBOX,
  worker = process.pid,
) {
  const [program = '', ...args] = command;
  const { cpu = 5, memory = 512 * MEGABYTE, file = MEGABYTE } = limits;
  return new Promise<Ended>((done) => {
    execFile(
      sandbox,
      [program, `${cpu}`, `${memory}`, `${file}`, `${worker}`, ...args],
      (error: ExecFileException | null, stdout, stderr) =>
        done({ stdout, stderr, code: error?.code ?? 0, signal: error?.signal ?? null }),
    );
  });
}
const inShell = (script: string, limits?: Limits, sandbox?: string) =>
  inside(['/bin/sh', '-c', script], limits, sandbox);

describe('the sandbox', () => {
  let folder: string;
  let missing: string[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const told = await new Promise<string>((done) => {
      execFile(SANDBOX, ['--missing'], (_, stdout) => done(stdout));
    });
    missing = told.trim().split(' ').filter(Boolean);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Skips aloud where this system does not offer what is to be shown. */
  function need(test: Mocha.Context, ...protections: string[]) {
    const gone = protections.filter((name) => missing.includes(name));
    if (process.platform === 'linux' && gone.length === 0) return;
    console.log(`      skipped: this system does not let us use ${gone.join(', ') || 'these'}`);
    test.skip();
  }

  it('passes no variable of the worker on', async () => {
    process.env.A_SECRET = 'hunter2';
    const { stdout } = await inside(['/usr/bin/env']);
    delete process.env.A_SECRET;
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    expect(names.filter(Boolean)).to.have.members([
      ...['PATH', 'LC_ALL', 'GCONV_PATH', 'AV_LOG_FORCE_NOCOLOR'],
    ]);
  });

  it('reads no variable out of the worker itself', async function () {
    need(this, 'setpriv', 'capabilities', 'unshare');
    const { stdout, code } = await inside(['/bin/cat', `/proc/${process.pid}/environ`]);
    expect(stdout).to.equal('');
    expect(code).to.equal(1);
  });

  it('has no privileges and gets none', async function () {
    need(this, 'setpriv', 'capabilities');
    const { stdout } = await inside(['/bin/cat', '/proc/self/status']);
    expect(stdout).to.match(/^CapEff:\s+0+$/m);
    expect(stdout).to.match(/^NoNewPrivs:\s+1$/m);
  });

  it('reaches no server on this machine', async function () {
    need(this, 'unshare');
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const script = `require('net').connect(${port}, '127.0.0.1').on('error', (e) => console.log(e.code))`;
    const node = [process.execPath, '-e', script];
    const { stdout } = await inside(node, { memory: 4096 * MEGABYTE });
    await new Promise((done) => server.close(done));
    expect(stdout.trim()).to.be.oneOf(['ENETUNREACH', 'ECONNREFUSED']);
    expect(connections).to.equal(0);
  });

  it('gets no more memory than it may have', async function () {
    need(this, 'prlimit');
    const take = (megabytes: number) =>
      inShell(`dd if=/dev/zero of=/dev/null bs=${megabytes}M count=1`, { memory: 100 * MEGABYTE });
    expect((await take(20)).code).to.equal(0);
    const { code, stderr } = await take(150);
    expect(code).to.equal(1);
    expect(stderr).to.contain('memory exhausted');
  });

  it('writes no larger file than it may', async function () {
    need(this, 'prlimit');
    const path = join(folder, 'large');
    const write = (kilobytes: number) =>
      inShell(`dd if=/dev/zero of=${path} bs=1K count=${kilobytes}`, { file: 64 * 1024 });
    expect((await write(64)).code).to.equal(0);
    expect((await write(65)).code).to.not.equal(0);
    expect((await readFile(path)).length).to.equal(64 * 1024);
  });

  it('is killed when it has had its CPU time', async () => {
    const { code, signal } = await inShell('while :; do :; done', { cpu: 1 });
    expect(signal ?? code).to.be.oneOf(['SIGKILL', 'SIGXCPU', 137, 152]);
  });

  it('opens few files, dumps no core, and has few processes beside it', async function () {
    need(this, 'prlimit');
    const { stdout } = await inside(['/bin/cat', '/proc/self/limits']);
    expect(stdout).to.match(/^Max open files\s+256\s+256/m);
    expect(stdout).to.match(/^Max core file size\s+0\s+0/m);
    expect(stdout).to.match(/^Max processes\s+(\d|1?\d\d\d|20[0-4]\d)\s/m);
    const many = await inShell('for n in $(seq 300); do eval "exec $n</dev/null" || exit 3; done');
    expect(many.code).to.not.equal(0);
  });

  it('dies with its parent', async function () {
    need(this, 'setpriv');
    const script = `const { spawn } = require('child_process');
      const child = spawn(${JSON.stringify(SANDBOX)}, 
        ['/bin/sleep', '5', '500000000', '0', String(process.pid), '60']);
      console.log(child.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [told] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(told.toString());
    const command = () => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    await until(async () => (await command()).startsWith('/bin/sleep'));
    parent.kill('SIGKILL');
    await until(async () => (await command()) === '');
  });

  it('does not begin for a worker that died before it was guarded', async () => {
    const late = await inside(['/bin/echo', 'begun'], {}, SANDBOX, 1);
    expect(late).to.include({ stdout: '', code: 1 });
    expect((await inside(['/bin/echo', 'begun'])).stdout).to.equal('begun\n');
  });

  it('runs nothing that is not named by an absolute path', async () => {
    expect((await inside(['env'])).stdout).to.equal('');
  });

  describe('where its tools are absent', () => {
    let bare: string;
    before(async () => {
      const programs = join(folder, 'programs');
      await mkdir(programs);
      for (const name of ['env', 'nice', 'sleep', 'true', 'id']) {
        const { stdout } = await inShell(`command -v ${name}`, {});
        await symlink(
          stdout.trim().startsWith('/') ? stdout.trim() : `/usr/bin/${name}`,
          join(programs, name),
        );
      }
      bare = join(folder, 'sandbox.sh');
      const text = await readFile(SANDBOX, 'utf8');
      await copyFile(SANDBOX, bare);
      await writeFile(bare, text.replace(/^PATH=.*$/m, `PATH=${programs}`));
      await chmod(bare, 0o755);
    });

    it('says so once, and media is worked on all the same', async () => {
      const warnings: unknown[] = [];
      const log = {
        info: () => {},
        warn: (facts: unknown, words?: string) => void warnings.push([facts, words]),
      };
      const tools = await openFfmpeg(loadConfig().worker, log, { sandbox: bare });
      expect(tools.version).to.contain('ffmpeg version');
      expect(warnings).to.deep.equal([
        [{ missing: ['setpriv', 'prlimit', 'unshare'] }, 'media runs with fewer protections here'],
      ]);
    });

    it('still empties the environment and bounds time, memory and files', async () => {
      process.env.A_SECRET = 'hunter2';
      const { stdout } = await inside(['/usr/bin/env'], {}, bare);
      delete process.env.A_SECRET;
      expect(stdout).to.not.contain('hunter2');
      const loop = await inShell('while :; do :; done', { cpu: 1 }, bare);
      expect(loop.signal ?? loop.code).to.be.oneOf(['SIGKILL', 'SIGXCPU', 137, 152]);
      const path = join(folder, 'bare-large');
      await inShell(`/bin/dd if=/dev/zero of=${path} bs=1K count=65`, { file: 64 * 1024 }, bare);
      expect((await readFile(path)).length).to.equal(64 * 1024);
      const limits = { memory: 100 * MEGABYTE };
      const greedy = await inShell(
        '/bin/dd if=/dev/zero of=/dev/null bs=150M count=1',
        limits,
        bare,
      );
      expect(greedy.code).to.equal(1);
    });
  });
});
