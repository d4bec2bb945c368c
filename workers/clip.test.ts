import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { makeClip } from '../fixtures/media.js';
import { withWorkspace } from './workspace.js';

interface Ending {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const folder = (use: (folder: string) => Promise<void>) => () =>
  withWorkspace(tmpdir(), 'clip-test', use);

describe('making one clip from the command line', function () {
  this.timeout(90_000);

  it(
    'answers with one object whose paths are in the folder, and ends with 0',
    folder(async (root) => {
      const path = await makeClip(root, { seconds: 2, width: 640, height: 360 });
      const output = join(root, 'out', 'deep');

      const { code, out, err } = await clip([path, output]);

      expect(code, err).to.equal(0);
      const report = JSON.parse(out);
      expect(report).to.include({ verdict: 'completed' });
      expect(report.playlist).to.match(/^media\/[\w-]+\/r1-[0-9a-f]+\/multivariant\.m3u8$/);
      expect(report.poster).to.match(/^media\/[\w-]+\/s1-[0-9a-f]+\/poster-640\.jpg$/);
      expect(report.storyboard).to.match(/\/storyboard\.vtt$/);
      for (const key of [report.playlist, report.poster, report.storyboard]) {
        expect(existsSync(join(output, key)), key).to.equal(true);
      }
      expect(report.source).to.include({ container: 'mov', video_codec: 'h264', width: 640 });
      expect(report.renditions.map(({ name }: { name: string }) => name)).to.deep.equal([
        '360p',
        '240p',
      ]);
      for (const rendition of report.renditions) {
        expect(rendition).to.include.keys('width', 'height', 'frame_rate');
        expect(rendition.average_bandwidth).to.be.within(1, rendition.bandwidth);
      }
      expect(report.degraded).to.deep.equal([]);
      expect(report.cpu_s).to.be.greaterThan(0);
      expect(report.wall_s).to.be.greaterThan(0);
      expect(await readdir(output)).to.deep.equal(['media']);
      expect(err).to.match(/admitting\nencoding 0 %\n[\s\S]*packaging\n/);
    }),
  );

  it(
    'takes a second clip into the same folder',
    folder(async (root) => {
      const path = await makeClip(root, { seconds: 1, width: 64, height: 36, audio: false });
      const output = join(root, 'out');
      const first = await clip([path, output]);
      const second = await clip([path, output]);

      expect([first.code, second.code], second.err).to.deep.equal([0, 0]);
      expect(await readdir(join(output, 'media'))).to.have.lengthOf(2);
    }),
  );

  it(
    'ends with 3 and the code for a refused file, and leaves no folder',
    folder(async (root) => {
      const empty = join(root, 'empty.mp4');
      const words = join(root, 'words.mp4');
      await writeFile(empty, '');
      await writeFile(words, 'this is no video');
      const silent = await makeClip(root, { seconds: 1, name: 'short.mp4' });
      for (const [path, refusal, settings] of [
        [empty, 'CORRUPT_MEDIA', {}],
        [words, 'UNSUPPORTED_FORMAT', {}],
        [silent, 'TOO_SHORT', { MEDIA_MIN_SECONDS: '5' }],
      ] as const) {
        const { code, out } = await clip([path, join(root, 'out')], settings);

        expect(code).to.equal(3);
        const report = JSON.parse(out);
        expect(report).to.include({ verdict: 'failed', code: refusal });
        expect(report.message).to.be.a('string').that.is.not.empty;
        expect(existsSync(join(root, 'out'))).to.equal(false);
      }
    }),
  );

  it(
    'ends with 1 and words for a wrong call or setting, and prints nothing to standard output',
    folder(async (root) => {
      const path = await makeClip(root, { seconds: 1, width: 64, height: 36, audio: false });
      const calls: readonly (readonly [string[], string, Record<string, string>])[] = [
        [[], 'Usage', {}],
        [[path], 'Usage', {}],
        [[path, root, 'more'], 'Usage', {}],
        [[join(root, 'absent.mp4'), root], 'There is no file', {}],
        [[root, join(root, 'out')], 'is not a file', {}],
        [[path, path], 'is not a folder', {}],
        [[path, join(root, 'out')], 'MEDIA_MAX_FPS', { MEDIA_MAX_FPS: 'many' }],
        [[path, join(root, 'out')], 'ffmpeg does not run', { FFMPEG_PATH: join(root, 'absent') }],
      ];
      for (const [args, words, settings] of calls) {
        const { code, out, err } = await clip(args, settings);

        expect(code, err).to.equal(1);
        expect(out).to.equal('');
        expect(err).to.contain(words);
        expect(existsSync(join(root, 'out'))).to.equal(false);
      }
    }),
  );

  it(
    'stops at a signal, leaves nothing behind and no ffmpeg running',
    folder(async (root) => {
      const path = await makeClip(root, { seconds: 30, width: 1280, height: 720 });
      const output = join(root, 'out');
      await mkdir(output);
      await writeFile(join(output, 'mine.txt'), 'kept');
      const running = start([path, output]);
      await until(() => running.err().includes('encoding'));

      running.child.kill('SIGTERM');
      const { code, out } = await running.ended;

      expect(code).to.equal(143);
      expect(out).to.equal('');
      expect(await readdir(output)).to.deep.equal(['mine.txt']);
      expect(await listCommandsWith(path)).to.deep.equal([]);
    }),
  );
});

const clip = (args: string[], settings: Record<string, string> = {}) => start(args, settings).ended;

function start(args: string[], settings: Record<string, string> = {}) {
  // No database, queue or bucket is named: the command needs none.
  const { DATABASE_URL, REDIS_URL, S3_BUCKET, ...rest } = process.env;
  const entry = join(import.meta.dirname, 'clip.ts');
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    env: { ...rest, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ending>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, out, err }));
  });
  return { child, ended, err: () => err };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((wake) => setTimeout(wake, 50));
}

/** Command lines of running processes that name `text`; empty where there is no /proc. */
async function listCommandsWith(text: string): Promise<string[]> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(text));
}
