import { mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';

import { makeClip } from '../fixtures/media.js';
import { loadConfig } from '../pipeline/platform/config.js';
import { type FfmpegTools, openFfmpeg } from './ffmpeg.js';
import { inspectUpload } from './inspect-upload.js';
import { type ProduceJob, produceClip } from './produce-clip.js';
import { withWorkspace } from './workspace.js';

const config = loadConfig();

describe('producing a clip', function () {
  this.timeout(60_000);

  let tools: FfmpegTools;
  before(async () => {
    tools = await openFfmpeg(config.worker, pino({ level: 'silent' }));
  });

  const withJob = (use: (job: ProduceJob) => Promise<void>) =>
    withWorkspace(tmpdir(), 'produce-test', async (root) => {
      const path = await makeClip(root, { seconds: 1.5, width: 640, height: 360 });
      const source = await inspectUpload(tools, path, config.media);
      const folder = join(root, 'out');
      await mkdir(folder);
      await use({ source, path, folder });
    });

  it('leaves what it names in the folder, and nothing else', async () => {
    await withJob(async (job) => {
      const clip = await produceClip(tools, job);

      const named = [...clip.files, clip.storyboard.vtt, ...clip.storyboard.images];
      expect((await readdir(job.folder)).toSorted()).to.deep.equal(named.toSorted());
      expect(clip.renditions.map(({ name }) => name)).to.deep.equal(['360p', '240p']);
      expect(clip.durationMs).to.equal(1500);
    });
  });

  it('tells of its progress in order, and of its cost', async () => {
    await withJob(async (job) => {
      const told: [string, number][] = [];
      const spent: number[] = [];
      const metered = { ...tools, onCpuSeconds: (seconds: number) => spent.push(seconds) };
      const onProgress = (stage: string, fraction: number) => told.push([stage, fraction]);

      const clip = await produceClip(metered, { ...job, onProgress });

      const encoding = told
        .filter(([stage]) => stage === 'encoding')
        .map(([, fraction]) => fraction);
      expect(encoding).to.deep.equal(encoding.toSorted((a, b) => a - b));
      expect(encoding.every((fraction) => fraction >= 0 && fraction <= 1)).to.equal(true);
      expect(told.at(-1)).to.deep.equal(['packaging', 1]);
      expect(clip.cpuSeconds).to.be.closeTo(
        spent.reduce((sum, seconds) => sum + seconds, 0),
        0.001,
      );
      expect(clip.cpuSeconds).to.be.greaterThan(0);
    });
  });

  it('ends with the reason when it is called off', async () => {
    await withJob(async (job) => {
      const controller = new AbortController();
      const onProgress = () => controller.abort(new Error('called off'));
      const error = await produceClip(tools, {
        ...job,
        onProgress,
        signal: controller.signal,
      }).then(
        () => null,
        (reason: Error) => reason,
      );
      expect(error?.message).to.equal('called off');
    });
  });
});
