import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { makeClip, openTestFfmpeg } from '../fixtures/media.js';
import { until } from '../fixtures/until.js';
import { probeInput, sourceInput } from '../pipeline/source-input.js';
import { type FfmpegCommand, type FfmpegTools, runFfmpeg, runFfprobe } from './ffmpeg.js';

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: Error) => error,
  );

/** Processes whose command line names `text`; Linux only. */
const processesNaming = (text: string) =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      return words.some((word) => word.includes(text)) && !words[0]?.endsWith('node');
    } catch {
      return false;
    }
  });

describe('running ffmpeg', () => {
  let tools: FfmpegTools;
  let folder: string;
  let clip: string;
  before(async () => {
    tools = await openTestFfmpeg();
    folder = await mkdtemp(join(tmpdir(), 'ffmpeg-'));
    clip = await makeClip(folder, { seconds: 1 });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const endless = (name: string): FfmpegCommand => ({
    inputs: [{ path: clip, options: ['-stream_loop', '-1', ...sourceInput('mov')] }],
    outputs: [{ path: join(folder, name), options: ['-c:v', 'libx264', '-preset', 'slow'] }],
  });

  it('tells what it cost, and how far it is', async () => {
    const heard: number[] = [];
    const run = await runFfmpeg(
      tools,
      {
        inputs: [{ path: clip, options: sourceInput('mov') }],
        outputs: [{ path: join(folder, 'good one.mp4'), options: ['-c:v', 'libx264'] }],
      },
      { timeoutMs: 20_000, onProgress: ({ seconds }) => heard.push(seconds) },
    );
    expect(run.cpuSeconds).to.be.greaterThan(0);
    expect(run).to.include({ errorLines: 0, frames: 30 });
    expect(heard.at(-1)).to.be.closeTo(1, 0.1);
  });

  it('judges by the file that should be there, not by the exit code', async () => {
    const path = join(folder, 'never-written.mp4');
    const error = await caught(
      runFfmpeg(
        tools,
        {
          inputs: [{ path: clip, options: sourceInput('mov') }],
          outputs: [{ path, options: ['-f', 'null'] }],
        },
        { timeoutMs: 20_000 },
      ),
    );
    expect(error?.name).to.equal('FfmpegFailed');
  });

  it('keeps the last words of a run that failed', async () => {
    const missing: FfmpegCommand = {
      inputs: [{ path: join(folder, 'none'), options: sourceInput('mov') }],
      outputs: endless('x.mp4').outputs,
    };
    const error = await caught(runFfmpeg(tools, missing, { timeoutMs: 20_000 }));
    expect(error?.message).to.contain('No such file');
  });

  it('dies at once when it is aborted, with the reason given', async () => {
    const abort = new AbortController();
    const running = caught(
      runFfmpeg(tools, endless('aborted.mp4'), { timeoutMs: 20_000, signal: abort.signal }),
    );
    await until(() => existsSync(join(folder, 'aborted.mp4')));
    abort.abort(new Error('the lease is lost'));
    expect((await running)?.message).to.equal('the lease is lost');
    if (process.platform === 'linux') expect(processesNaming('aborted.mp4')).to.deep.equal([]);
  });

  it('is not started for work that is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    const error = await caught(
      runFfmpeg(tools, endless('unborn.mp4'), { timeoutMs: 5000, signal }),
    );
    expect(error?.message).to.equal('too late');
    expect(existsSync(join(folder, 'unborn.mp4'))).to.equal(false);
  });

  it('is stopped when it takes too long', async () => {
    const error = await caught(runFfmpeg(tools, endless('late.mp4'), { timeoutMs: 700 }));
    expect(error?.name).to.equal('FfmpegTimeout');
    if (process.platform === 'linux') expect(processesNaming('late.mp4')).to.deep.equal([]);
  });

  it('does not outlive a worker that is killed', async function () {
    if (process.platform !== 'linux') {
      console.log('      skipped: processes are counted in /proc');
      return this.skip();
    }
    const script = `import(${JSON.stringify(join(import.meta.dirname, 'ffmpeg.ts'))}).then(({ runFfmpeg }) =>
      runFfmpeg(${JSON.stringify(tools)}, ${JSON.stringify(endless('orphan.mp4'))}, { timeoutMs: 60000 }))`;
    const worker = spawn(process.execPath, ['--import=tsx', '-e', script], { stdio: 'ignore' });
    await until(() => processesNaming('orphan.mp4').length === 1);
    worker.kill('SIGKILL');
    await until(() => processesNaming('orphan.mp4').length === 0);
  });

  it('asks ffprobe and hears its complaint', async () => {
    const answer = await runFfprobe(tools, [
      ...[...probeInput('mov'), '-v', 'error'],
      ...['-show_entries', 'stream=codec_type', '-of', 'csv=p=0', clip],
    ]);
    expect(answer.trim().split('\n')).to.deep.equal(['video', 'audio']);
    const error = await caught(
      runFfprobe(tools, [...probeInput('mov'), '-v', 'error', join(folder, 'none')]),
    );
    expect(error?.message).to.contain('No such file');
  });

  it('opens no file that is not confined', async () => {
    const loose: FfmpegCommand = {
      inputs: [{ path: clip, options: [] }],
      outputs: endless('loose.mp4').outputs,
    };
    const error = await caught(runFfmpeg(tools, loose, { timeoutMs: 20_000 }));
    expect(error?.message).to.contain('not confined');
    expect((await caught(runFfprobe(tools, [clip])))?.message).to.contain('not confined');
  });
});
