import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';

import { useGoodStream } from '../fixtures/good-stream.js';
import { dropLines, replace } from '../fixtures/stream-edits.js';

describe('npm run check:hls', () => {
  const good = useGoodStream({ seconds: 2 });

  const run = (...args: string[]) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
      const command = ['--import', 'tsx', 'workers/check-hls.ts', ...args];
      execFile(process.execPath, command, (error, stdout, stderr) =>
        done({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  async function copy(): Promise<string> {
    const folder = await mkdtemp(join(good().root, 'copy-'));
    await cp(good().folder, folder, { recursive: true });
    return folder;
  }

  it('prints a table and exits 0 where no MUST is broken', async () => {
    const folder = await copy();
    await dropLanguage(folder);
    const { code, stdout } = await run(folder);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^rendition +role +codec +size +fps/);
    expect(stdout).to.match(/\n360p +video +avc1\.6400.. +480x360 +30\.000 /);
    expect(stdout).to.match(/\naudio +audio +mp4a\.40\.2 +2 ch /);
    expect(stdout).to.include('SHOULD  language (8.10)  audio: LANGUAGE is absent');
    expect(stdout).to.match(/\n0 MUST broken, 1 SHOULD broken\n$/);
  });

  it('names each MUST that is broken and exits 2', async () => {
    const folder = await copy();
    await dropLines('360p.m3u8', '#EXT-X-ENDLIST')(folder);
    await rm(join(folder, '240p.mp4'));
    const { code, stdout } = await run(join(folder, 'multivariant.m3u8'));
    expect(code).to.equal(2);
    expect(stdout).to.include('MUST    vod-and-end (8.6)  360p: EXT-X-ENDLIST is absent');
    expect(stdout).to.match(/\n240p +video +unread\n/);
  });

  it('exits 1 where there is no stream to read', async () => {
    const { code, stderr, stdout } = await run(join(good().root, 'nothing'));
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.match(/^The stream cannot be read: There is no .*nothing\n$/);
  });

  it('exits 1 with its usage where it is called wrongly', async () => {
    expect((await run()).stderr).to.match(/^usage: npm run check:hls/);
    expect((await run('--loud')).code).to.equal(1);
  });
});

const dropLanguage = replace('multivariant.m3u8', 'LANGUAGE="und",', '');
