import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';

import { type ClipWorld, openClipWorld } from '../fixtures/clip-world.js';
import { tryOnEmbeddedShapeOnly } from '../fixtures/embedded-shape.js';
import { makeClip } from '../fixtures/media.js';
import { until } from '../fixtures/until.js';
import type { RunningJob } from '../pipeline/fleet.js';
import { startWorkers, type Workers } from './start-workers.js';

describe('the metrics of a worker', function () {
  this.timeout(90_000);
  let world: ClipWorld;
  let workers: Workers;
  let seen: RunningJob[];
  before(async () => {
    world = await openClipWorld();
    workers = startWorkers(world.context);
    seen = [];
  });
  after(async () => {
    await workers?.stop(0, () => {});
    await world?.close();
  });

  const value = async (series: string) => {
    const line = (await world.context.metrics.read())
      .split('\n')
      .find((text) => text.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1));
  };

  it('tell what a clip cost, and the roster how far it was', async () => {
    const path = await makeClip(world.folder);
    const mediaId = await world.upload(path);
    await world.reach(mediaId, (file) => {
      seen.push(...world.context.roster.list());
      return file.status === 'completed';
    });
    const done = (queue: string) => value(`job_seconds_count{queue="${queue}",outcome="done"}`);
    await until(async () => (await done('publish-media')) === 1);
    expect(await done('encode-media')).to.equal(1);
    expect(await value('encode_media_seconds_total')).to.be.closeTo(2, 0.1);
    expect(await value('encode_wall_seconds_total')).to.be.above(0);
    expect(await value('encode_cpu_seconds_total')).to.be.above(0);
    expect(await value('storage_bytes_total{direction="read"}')).to.be.above(1_000);
    expect(await value('storage_bytes_total{direction="written"}')).to.be.above(1_000);
    expect(await value('disk_free_bytes{folder="workspaces"}')).to.be.above(0);
    expect(await value('ffmpeg_processes')).to.equal(0);
    const encode = seen.filter(({ queue }) => queue === 'encode-media');
    expect(encode.map(({ media_id: id }) => id)).to.include(mediaId);
    expect(encode.some(({ percent }) => (percent ?? 0) > 5)).to.equal(true);
    await until(() => world.context.roster.list().length === 0);
  });

  it('count a refusal by its code', async () => {
    const path = join(world.folder, 'bad.mp4');
    await writeFile(path, 'these are words, and no film');
    const mediaId = await world.upload(path);
    await world.reach(mediaId, (file) => file.status === 'failed');
    const refused = 'media_refusals_total{queue="admit-upload",code="UNSUPPORTED_FORMAT"}';
    await until(async () => (await value(refused)) === 1);
    expect(await world.context.metrics.read()).not.to.include(mediaId);
  });

  it('count a run that lost its lease', async () => {
    const { db } = world.context;
    const mediaId = await world.upload(
      await makeClip(world.folder, { seconds: 20, width: 640, height: 360 }),
    );
    await world.reach(mediaId, ({ metadata }) => metadata.percent > 6);
    await db('media_leases')
      .where({ media_id: mediaId, stage: 'encode' })
      .update({ token: db.raw('token + 1') });
    await until(async () => (await value('lease_losses_total{queue="encode-media"}')) === 1);
    expect(await value('job_seconds_count{queue="encode-media",outcome="superseded"}')).to.equal(1);
  });
});

describe('the metrics of a worker beside one that is killed', function () {
  this.timeout(90_000);
  tryOnEmbeddedShapeOnly();
  let world: ClipWorld;
  let workers: Workers | undefined;
  before(async () => {
    world = await openClipWorld();
  });
  after(async () => {
    await workers?.stop(0, () => {});
    await world?.close();
  });

  it('count the jobs that it starts again', async () => {
    const killed = await world.spawnWorker();
    const mediaId = await world.upload(
      await makeClip(world.folder, { seconds: 20, width: 640, height: 360 }),
    );
    await world.reach(mediaId, ({ metadata }) => metadata.percent > 6);
    killed.kill('SIGKILL');
    workers = startWorkers(world.context);
    const stalled = async () =>
      [...(await world.context.metrics.read()).matchAll(/^jobs_stalled_total\{.*\} (\d+)$/gm)]
        .map(([, jobs]) => Number(jobs))
        .reduce((sum, jobs) => sum + jobs, 0);
    await until(async () => (await stalled()) >= 1, 30_000);
  });
});
